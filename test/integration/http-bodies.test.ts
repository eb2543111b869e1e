/** Bodies and methods over a real socket, by endpoints that answer what they were given. */
import { App, type TemplatedApp } from 'uWebSockets.js';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { createBodyBudget } from '../../src/http/bodies/body-budget.ts';
import { type Endpoint, endpoint, OPEN_ACCESS } from '../../src/http/endpoint.ts';
import { fastApiErrors } from '../../src/http/errors/fastapi-errors.ts';
import { listenExclusively } from '../../src/http/listen-exclusively.ts';
import { jsonReply } from '../../src/http/route.ts';
import { mountRoutes } from '../../src/http/router.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { createSignalCount } from '../support/signal-count.ts';
import { until } from '../support/until.ts';

const MAX_FILE_BYTES = 2000;
const MAX_JSON_BYTES = 1000;
const BUDGET_BYTES = 100_000;
const IDLE_TIMEOUT_MS = 300;
const PAGE = 'https://page.example';
const BOUNDARY = 'xyzzy';

const budget = createBodyBudget(BUDGET_BYTES);
const faults: unknown[] = [];
const gone = createSignalCount<string>();
const held = createSignalCount<string>();
let letGo: () => void = () => {};
let turnedAway = Promise.withResolvers<null>();
let app: TemplatedApp;
let port: number;

const common = { tag: 'test', responses: {}, errors: fastApiErrors, access: OPEN_ACCESS } as const;

function endpoints(): Endpoint[] {
  return [
    endpoint({
      ...common,
      method: 'POST',
      path: '/form',
      summary: 'says what it was given',
      body: {
        type: 'form',
        files: {
          file: { description: 'one', maxBytes: MAX_FILE_BYTES, required: true },
          more: { description: 'some', maxBytes: MAX_FILE_BYTES, required: false, maxCount: 2 },
        },
        fields: z.object({ name: z.string(), note: z.string().optional() }),
        maxFieldBytes: 100,
      },
      handle: ({ body, files }) =>
        jsonReply(200, {
          body,
          files: Object.entries(files).map(([name, all]) => [
            name,
            ...all.map(({ data }) => data.byteLength),
          ]),
        }),
    }),
    endpoint({
      ...common,
      method: 'POST',
      path: '/json',
      summary: 'says what it was given',
      body: { type: 'json', schema: z.object({ n: z.number() }).loose(), maxBytes: MAX_JSON_BYTES },
      handle: ({ body }) => jsonReply(200, body),
    }),
    endpoint({
      ...common,
      method: 'POST',
      path: '/big',
      summary: 'takes more than the budget holds',
      body: { type: 'json', schema: z.unknown(), maxBytes: 4 * BUDGET_BYTES },
      handle: () => jsonReply(200, {}),
    }),
    endpoint({
      ...common,
      method: 'POST',
      path: '/held',
      summary: 'answers when the test lets it',
      body: { type: 'json', schema: z.unknown(), maxBytes: BUDGET_BYTES },
      handle: async ({ signal }) => {
        signal.addEventListener('abort', () => gone.add('gone'));
        held.add('held');
        await new Promise<void>((resolve) => {
          letGo = resolve;
        });
        return jsonReply(200, {});
      },
    }),
    endpoint({
      ...common,
      method: 'POST',
      path: '/private',
      summary: 'turns everybody away, later',
      access: {
        scheme: 'bearer',
        admit: async () => {
          throw new FramegateError('token-missing', 'a token is required here');
        },
      },
      body: { type: 'json', schema: z.unknown(), maxBytes: MAX_JSON_BYTES },
      handle: () => jsonReply(200, {}),
    }),
    endpoint({
      ...common,
      method: 'POST',
      path: '/private-form',
      summary: 'turns everybody away when the test lets it',
      access: { scheme: 'bearer', admit: () => turnedAway.promise },
      body: { type: 'form', files: {}, fields: z.object({ name: z.string() }), maxFieldBytes: 100 },
      handle: () => jsonReply(200, {}),
    }),
    endpoint({
      ...common,
      method: 'GET',
      path: '/things/:id',
      summary: 'names a thing',
      params: z.object({ id: z.string() }),
      query: z.object({ q: z.string().optional() }),
      handle: ({ params, query }) => jsonReply(200, { ...params, ...query }),
    }),
    endpoint({
      ...common,
      method: 'DELETE',
      path: '/things/:id',
      summary: 'deletes a thing',
      handle: () => {
        throw new Error('a secret of the server');
      },
    }),
  ];
}

beforeAll(async () => {
  app = App();
  mountRoutes(
    app,
    endpoints(),
    { error: (fields) => faults.push(fields.err) },
    {
      bodies: { idleTimeoutMs: IDLE_TIMEOUT_MS, timeoutMs: 900, budget },
      crossOrigin: (origin) => (origin === PAGE ? { 'access-control-allow-origin': origin } : null),
    },
  );
  ({ port } = await listenExclusively(app, '127.0.0.1', 0));
});
afterAll(() => app?.close());

async function call(path: string, init: RequestInit = {}) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
  const body = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (body === '' ? null : JSON.parse(body)) as Record<string, unknown>,
  };
}

type Part = readonly [name: string, value: string | number];

/** Numbers are files of so many bytes. */
async function form(...parts: Part[]) {
  const data = new FormData();
  for (const [name, value] of parts) {
    if (typeof value === 'string') data.append(name, value);
    else data.append(name, new Blob([new Uint8Array(value)]), 'photo.jpg');
  }
  return call('/form', { method: 'POST', body: data });
}

async function json(path: string, body: string, headers: Record<string, string> = {}) {
  return call(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
}

async function open(head: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {});
  socket.write(head.replaceAll('\n', '\r\n'));
  return socket;
}

/** What comes until the server ends the connection. */
async function answered(socket: Socket) {
  const all = await text(socket);
  return { status: Number(all.slice(9, 12)), text: all };
}

const headOf = (path: string, bytes: number | null, type = 'application/json') =>
  `POST ${path} HTTP/1.1\nhost: x\ncontent-type: ${type}\n${
    bytes === null ? 'transfer-encoding: chunked' : `content-length: ${bytes}`
  }\n\n`;

function isFree(bytes: number): boolean {
  try {
    budget.take(bytes);
    budget.giveBack(bytes);
    return true;
  } catch {
    return false;
  }
}

describe('a form', () => {
  it('is given with its fields and its files', async () => {
    const { status, body } = await form(['name', 'Ann'], ['file', MAX_FILE_BYTES], ['more', 1], ['more', 2]);
    expect([status, body]).toEqual([
      200,
      {
        body: { name: 'Ann' },
        files: [
          ['file', MAX_FILE_BYTES],
          ['more', 1, 2],
        ],
      },
    ]);
  });

  test.each<[string, number, string, Part[]]>([
    [
      'a file of one byte more',
      413,
      'payload-too-large',
      [
        ['name', 'x'],
        ['file', MAX_FILE_BYTES + 1],
      ],
    ],
    [
      'a field of one byte more',
      413,
      'payload-too-large',
      [
        ['file', 1],
        ['name', 'x'.repeat(101)],
      ],
    ],
    [
      'a field twice',
      422,
      'request-invalid',
      [
        ['file', 1],
        ['name', 'x'],
        ['name', 'x'],
      ],
    ],
    [
      'a file twice',
      422,
      'request-invalid',
      [
        ['file', 1],
        ['file', 1],
        ['name', 'x'],
      ],
    ],
    [
      'a third file of two',
      422,
      'request-invalid',
      [
        ['file', 1],
        ['more', 1],
        ['more', 1],
        ['more', 1],
        ['name', 'x'],
      ],
    ],
    ['a field missing', 422, 'request-invalid', [['file', 1]]],
    ['a file missing', 422, 'request-invalid', [['name', 'x']]],
    [
      'a field instead of the file',
      422,
      'request-invalid',
      [
        ['file', 'text'],
        ['name', 'x'],
      ],
    ],
    [
      'a file instead of the field',
      422,
      'request-invalid',
      [
        ['file', 1],
        ['name', 3],
      ],
    ],
    [
      'an unknown field',
      422,
      'request-invalid',
      [
        ['file', 1],
        ['name', 'x'],
        ['other', 'x'],
      ],
    ],
    [
      'an unknown file',
      422,
      'request-invalid',
      [
        ['file', 1],
        ['name', 'x'],
        ['other', 5],
      ],
    ],
    [
      'a field of a prototype’s name',
      422,
      'request-invalid',
      [
        ['file', 1],
        ['name', 'x'],
        ['__proto__', 'x'],
      ],
    ],
    [
      'a file of a prototype’s name',
      422,
      'request-invalid',
      [
        ['file', 1],
        ['name', 'x'],
        ['constructor', 5],
      ],
    ],
    ['a hundred fields', 422, 'request-invalid', Array.from({ length: 100 }, (): Part => ['note', 'x'])],
  ])('with %s is refused with %i', async (_, status, code, parts) => {
    const { status: given, body } = await form(...parts);
    expect([given, body.code]).toEqual([status, code]);
    expect(isFree(BUDGET_BYTES)).toBe(true);
  });

  const part = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nabc`;
  const type = `multipart/form-data; boundary=${BOUNDARY}`;
  test.each<[string, string, string, number]>([
    ['cut off inside of a file', part, type, 422],
    ['cut off inside of a file that is not taken', part.replace('"file"', '"other"'), type, 422],
    ['cut off inside of a part’s head', part.slice(0, 40), type, 422],
    ['without any part', `--${BOUNDARY}--\r\n`, type, 422],
    ['of something else than parts', 'hello', type, 422],
    ['without a boundary', part, 'multipart/form-data', 415],
    ['of a broken head', `--${BOUNDARY}\r\nfile\r\n\r\nabc\r\n--${BOUNDARY}--\r\n`, type, 422],
  ])('that is %s is refused', async (_, body, contentType, status) => {
    const given = await call('/form', { method: 'POST', body, headers: { 'content-type': contentType } });
    expect(given.status).toBe(status);
  });

  it('of another type is refused with 415', async () => {
    expect((await json('/form', '{}')).status).toBe(415);
    const body = new FormData();
    expect((await call('/json', { method: 'POST', body })).status).toBe(415);
  });
});

describe('a JSON body', () => {
  const ofBytes = (bytes: number) => JSON.stringify({ n: 1, s: 'x'.repeat(bytes - 14) });

  it('of the limit is taken, of one byte more refused with 413', async () => {
    expect(Buffer.byteLength(ofBytes(MAX_JSON_BYTES))).toBe(MAX_JSON_BYTES);
    expect((await json('/json', ofBytes(MAX_JSON_BYTES))).status).toBe(200);
    const { status, body } = await json('/json', ofBytes(MAX_JSON_BYTES + 1));
    expect([status, body.code]).toEqual([413, 'payload-too-large']);
  });

  it('of more than the limit is refused by its declared length, before any of it has come', async () => {
    const socket = await open(headOf('/json', MAX_JSON_BYTES + 1));
    expect((await answered(socket)).status).toBe(413);
  });

  it('in chunks is read', async () => {
    const socket = await open(headOf('/json', null));
    socket.write('5\r\n{"n":\r\n2\r\n1}\r\n0\r\n\r\n');
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1\.1 200 [\s\S]*\{"n":1\}$/);
    socket.destroy();
  });

  it('in chunks beyond the limit is refused with 413, and ends the connection', async () => {
    const socket = await open(headOf('/json', null));
    for (let sent = 0; sent <= MAX_JSON_BYTES; sent += 256) socket.write(`100\r\n${' '.repeat(256)}\r\n`);
    expect((await answered(socket)).status).toBe(413);
    expect(isFree(BUDGET_BYTES)).toBe(true);
  });

  test.each<[string, string | Uint8Array<ArrayBuffer>]>([
    ['cut off', '{"n": 1'],
    ['empty', ''],
    ['not UTF-8', Uint8Array.of(0x22, 0xff, 0xfe, 0x22)],
    ['of another shape', '{"n": "one"}'],
    ['null', 'null'],
  ])('that is %s is refused with 422', async (_, body) => {
    const headers = { 'content-type': 'application/json' };
    const { status, body: said } = await call('/json', { method: 'POST', body, headers });
    expect([status, said.code]).toEqual([422, 'request-invalid']);
  });

  it('that is compressed is refused with 415', async () => {
    const body = Uint8Array.from(gzipSync('{"n":1}'));
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const { status, body: said } = await call('/json', { method: 'POST', body, headers });
    expect([status, said.code]).toEqual([415, 'media-type-unsupported']);
  });

  it('with half a character in a text or in a name is refused, with a whole one or its escape is taken', async () => {
    for (const body of ['{"n":1,"s":"\\ud83d"}', '{"n":1,"s":"\\udE00!"}', '{"n":1,"s":"x","\\ud83d":1}']) {
      expect(await json('/json', body)).toMatchObject({ status: 422, body: { code: 'request-invalid' } });
    }
    for (const text of ['\\ud83d\\ude00', '😀', '\\\\ud83d']) {
      expect((await json('/json', `{"n":1,"s":"${text}"}`)).status).toBe(200);
    }
  });

  it('that is missing is refused with 422', async () => {
    const socket = await open('POST /json HTTP/1.1\nhost: x\ncontent-type: application/json\n\n');
    expect((await answered(socket)).status).toBe(422);
  });

  it('of nobody who may call is refused with 401, and not waited for', async () => {
    const socket = await open(headOf('/private', 500));
    socket.write('{');
    const { status } = await answered(socket);
    expect(status).toBe(401);
    expect(isFree(BUDGET_BYTES)).toBe(true);
  });

  it.each([
    ['none at all', 'POST /private HTTP/1.1\nhost: x\ncontent-type: application/json\n\n'],
    ['too long', headOf('/private', 1e9)],
    ['of another type', headOf('/private', 5, 'text/plain')],
  ])('that is %s, of nobody who may call, is 401', async (_, head) => {
    expect((await answered(await open(head))).status).toBe(401);
  });

  it('that is a bad form, of nobody who may call, is 401, however long it takes to find out who calls', async () => {
    turnedAway = Promise.withResolvers();
    const body = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="other"\r\n\r\nx\r\n--${BOUNDARY}--\r\n`;
    const type = `multipart/form-data; boundary=${BOUNDARY}`;
    const socket = await open(headOf('/private-form', body.length, type));
    socket.write(body);
    await until(() => !isFree(BUDGET_BYTES), 5000);
    turnedAway.reject(new FramegateError('token-invalid', 'it is none'));
    const { status } = await answered(socket);
    expect(status).toBe(401);
    expect(isFree(BUDGET_BYTES)).toBe(true);
  });
});

describe('a slow sender', () => {
  it('that says nothing for a while gets 408', async () => {
    const socket = await open(headOf('/json', 500));
    socket.write('{"n"');
    const { status, text: said } = await answered(socket);
    expect(status).toBe(408);
    expect(said).toContain('"request-timeout"');
    expect(isFree(BUDGET_BYTES)).toBe(true);
  });

  it('that sends a byte now and then gets 408 when its time is over', async () => {
    const socket = await open(headOf('/json', 500));
    const dripping = setInterval(() => socket.write(' '), IDLE_TIMEOUT_MS / 4);
    const { status } = await answered(socket);
    clearInterval(dripping);
    expect(status).toBe(408);
  });
});

describe('a sender that goes', () => {
  it('in the middle of its body gives back what it held', async () => {
    const socket = await open(headOf('/held', 60_000));
    socket.write(' '.repeat(50_000));
    await until(() => !isFree(BUDGET_BYTES - 49_999), 5000);
    socket.destroy();
    await until(() => isFree(BUDGET_BYTES), 5000);
  });

  it('in the middle of a form’s file gives back what it held', async () => {
    const socket = await open(headOf('/form', 2000, `multipart/form-data; boundary=${BOUNDARY}`));
    const disposition = 'content-disposition: form-data; name="file"; filename="a"';
    socket.write(`--${BOUNDARY}\r\n${disposition}\r\n\r\n${'a'.repeat(1000)}`);
    await until(() => !isFree(BUDGET_BYTES - 999), 5000);
    socket.destroy();
    await until(() => isFree(BUDGET_BYTES), 5000);
  });

  it('while it is waited for aborts the signal', async () => {
    const started = held.reached(1);
    const socket = await open(headOf('/held', 2));
    socket.write('{}');
    await started;
    const aborted = gone.reached(1);
    socket.destroy();
    await aborted;
    letGo();
    await until(() => isFree(BUDGET_BYTES), 5000);
  });
});

it('bodies beyond the budget are refused with 503 and when to come again, until others are answered', async () => {
  const first = await open(headOf('/held', BUDGET_BYTES));
  first.write(' '.repeat(60_000));
  await until(() => !isFree(BUDGET_BYTES - 59_999), 5000);
  const { status, headers, body } = await json('/big', ' '.repeat(60_000));
  expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'server-busy', '1']);
  first.destroy();
  await until(() => isFree(BUDGET_BYTES), 5000);
  expect((await json('/big', `${' '.repeat(60_000)}1`)).status).toBe(200);
});

describe('addresses and methods', () => {
  it('of nothing are answered with 404', async () => {
    const { status, body } = await call('/nothing');
    expect([status, body]).toMatchObject([404, { error: { code: 'not-found' } }]);
  });

  it('whose name is left out are nothing', async () => {
    for (const method of ['GET', 'DELETE', 'PUT'])
      expect((await call('/things/', { method })).status).toBe(404);
  });

  it('that are not taken are answered with 405 and Allow', async () => {
    const { status, headers } = await call('/things/7', { method: 'PUT', body: 'x' });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, DELETE']);
    expect((await call('/json')).headers.get('allow')).toBe('POST');
  });

  it('HEAD tells the length and sends nothing', async () => {
    const socket = await open('HEAD /things/7 HTTP/1.1\nhost: x\nconnection: close\n\n');
    const { status, text: said } = await answered(socket);
    expect(status).toBe(200);
    expect(said).toMatch(/content-length: 10\r\n/i);
    expect(said).toMatch(/\r\n\r\n$/);
  });

  it('percent-encoding that is none is 404, and what it hides is decoded once', async () => {
    expect((await call('/things/%zz')).status).toBe(404);
    expect((await call('/things/%ff')).status).toBe(404);
    expect((await call('/things/%2e%2e%2f%2561')).body).toEqual({ id: '../%61' });
  });

  it('a parameter that is there twice is refused', async () => {
    expect((await call('/things/7?q=1')).body).toEqual({ id: '7', q: '1' });
    expect((await call('/things/7?q=1&q=2')).status).toBe(422);
  });

  it('an error inside says nothing of itself, and is logged', async () => {
    const { status, body } = await call('/things/7', { method: 'DELETE' });
    expect([status, body]).toEqual([500, { detail: 'an error of the server', code: 'internal' }]);
    expect(faults.splice(0)).toHaveLength(1);
  });

  it('a preflight of a page that may call names the methods; of any other it is refused', async () => {
    const preflight = (origin: string) =>
      call('/things/7', {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'DELETE' },
      });
    const { status, headers } = await preflight(PAGE);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(PAGE);
    expect(headers.get('access-control-allow-methods')).toBe('GET, DELETE');
    const refused = await preflight('https://evil.example');
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([405, null]);
  });

  it('answers and errors carry the headers for pages that may call', async () => {
    for (const path of ['/things/7', '/things/%zz']) {
      const { headers } = await call(path, { headers: { origin: PAGE } });
      expect(headers.get('access-control-allow-origin')).toBe(PAGE);
    }
    const { headers } = await call('/things/7', { headers: { origin: 'https://evil.example' } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});
