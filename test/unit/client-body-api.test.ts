import { describe, expect, it } from 'vitest';
import { createApiClient } from '../../client/body/api/api-client.ts';
import type { CaptureStatus } from '../../client/body/api/capture-answers.ts';
import { followCapture } from '../../client/body/follow-capture.ts';
import { createKeptSession } from '../../client/body/kept-session.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';

type Answer = readonly [status: number, body: object] | 'nobody';

/** A service that answers by path and token, and what it was asked. */
function service(answer: (path: string, token: string) => Answer, kept: string | null = 'refresh-1') {
  const asked: string[] = [];
  let refreshToken = kept;
  const client = createApiClient({
    apiUrl: 'http://api.example/',
    isOnline: () => true,
    refreshToken: {
      read: () => refreshToken,
      keep: (token) => {
        refreshToken = token;
      },
    },
    async fetch(url, { headers, body }) {
      const path = new URL(url).pathname;
      const token = ((headers as Record<string, string>).authorization ?? '').replace('Bearer ', '');
      asked.push(`${path.split('/').at(-1)} ${token || String(body ?? '')}`.trim());
      const given = answer(path, token);
      if (given === 'nobody') throw new TypeError('Failed to fetch');
      return new Response(JSON.stringify(given[1]), { status: given[0] });
    },
  });
  return { client, asked, kept: () => refreshToken };
}

const pair = (number: number): Answer => [
  200,
  { user: {}, access_token: `access-${number}`, refresh_token: `refresh-${number + 1}` },
];
const EXPIRED: Answer = [401, { detail: 'expired', code: 'token-expired' }];

describe('calls in somebody’s name', () => {
  it('begin with the token that has outlived a reload, asked for once by all', async () => {
    const { client, asked, kept } = service((path) => (path.endsWith('refresh') ? pair(1) : [200, {}]));
    await Promise.all([client.call('/api/v1/auth/me'), client.call('/api/v1/auth/me')]);
    expect(asked).toEqual(['refresh {"refresh_token":"refresh-1"}', 'me access-1', 'me access-1']);
    expect(kept()).toBe('refresh-2');
  });

  it('are made again once with the next pair when their token has expired', async () => {
    let pairs = 0;
    const { client, asked } = service((path, token) => {
      if (path.endsWith('refresh')) {
        pairs += 1;
        return pair(pairs);
      }
      return token === 'access-1' ? EXPIRED : [200, {}];
    });
    await client.call('/me');
    expect(asked.map((one) => one.split(' ')[0])).toEqual(['refresh', 'me', 'refresh', 'me']);
  });

  it('are not made a third time', async () => {
    const { client, asked } = service((path) => (path.endsWith('refresh') ? pair(1) : EXPIRED));
    await expect(client.call('/me')).rejects.toMatchObject({ code: 'token-expired' });
    expect(asked.filter((one) => one.startsWith('me'))).toHaveLength(2);
  });

  it('forget a refresh token that is no good, and keep one that nobody could look at', async () => {
    const used = service(() => [401, { detail: 'used', code: 'refresh-token-invalid' }]);
    await expect(used.client.call('/me')).rejects.toMatchObject({ code: 'refresh-token-invalid' });
    expect(used.kept()).toBeNull();
    const away = service(() => 'nobody');
    await expect(away.client.call('/me')).rejects.toMatchObject({
      code: 'dependency-unavailable',
      retryable: true,
    });
    expect(away.kept()).toBe('refresh-1');
  });

  it('tell codes that they know, and no others', async () => {
    const of = async (status: number, body: object) => {
      const { client } = service(() => [status, body]);
      return client.call('/x', { isOpen: true }).catch(({ code, retryable }) => `${code} ${retryable}`);
    };
    expect(await of(403, { detail: 'no', code: 'consent-missing' })).toBe('consent-missing false');
    expect(await of(429, { detail: 'slow', code: 'rate-limited' })).toBe('rate-limited true');
    expect(await of(502, {})).toBe('dependency-unavailable true');
    expect(await of(418, { code: 'constructor' })).toBe('internal false');
  });
});

describe('a capture that is followed', () => {
  const status = (one: CaptureStatus['status']): CaptureStatus => ({
    status: one,
    queue_position: null,
    progress: 0,
    views: {},
  });

  async function follow(answers: readonly (CaptureStatus | Error)[]) {
    const told: string[] = [];
    const waits: number[] = [];
    const left = [...answers];
    await followCapture(
      'c1',
      {
        async status() {
          const next = left.shift();
          if (next === undefined) throw new Error('asked too often');
          if (next instanceof Error) throw next;
          return next;
        },
        results: async () => ({}) as never,
        history: async () => ({}) as never,
      },
      {
        status: (one) => told.push(one.status),
        measured: () => told.push('measured'),
        trouble: ({ code }) => told.push(code),
      },
      new AbortController().signal,
      async (delayMs) => void waits.push(delayMs),
    );
    return { told, waits };
  }

  it('is asked for less and less often, until it is measured', async () => {
    const { told, waits } = await follow([...Array(12).fill(status('queued')), status('done')]);
    expect(told.slice(-3)).toEqual(['queued', 'done', 'measured']);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits.at(-1)).toBe(4000);
  });

  it('goes on over what may pass, and ends with what does not', async () => {
    const away = new FramegateError('dependency-unavailable', 'away', { retryable: true });
    expect((await follow([away, status('failed')])).told).toEqual(['dependency-unavailable', 'failed']);
    expect((await follow([new FramegateError('not-found', 'gone')])).told).toEqual(['not-found']);
  });
});

describe('what outlives a reload', () => {
  it('is read as it was kept, and nothing else is', () => {
    const items = new Map<string, string>();
    const storage = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
      removeItem: (key: string) => void items.delete(key),
    } as unknown as Storage;
    const { capture } = createKeptSession(() => storage);
    capture.keep({ captureId: 'c1', ticket: 't', views: ['front', 'side'] });
    expect(capture.read()).toEqual({ captureId: 'c1', ticket: 't', views: ['front', 'side'] });
    items.set('framegate-body-capture', '{"captureId":"c1","views":["front","back",3],"ticket":7}');
    expect(capture.read()).toEqual({ captureId: 'c1', ticket: null, views: ['front'] });
    for (const broken of ['', '{', '[]', '{"captureId":1}']) {
      items.set('framegate-body-capture', broken);
      expect(capture.read()).toBeNull();
    }
  });

  it('is kept in the page where the browser has no storage for it', () => {
    const { refreshToken } = createKeptSession(() => {
      throw new DOMException('blocked', 'SecurityError');
    });
    refreshToken.keep('token');
    expect(refreshToken.read()).toBe('token');
    refreshToken.keep(null);
    expect(refreshToken.read()).toBeNull();
  });
});
