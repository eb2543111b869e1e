import { describe, expect, test } from 'vitest';
import type { SessionHost } from '../../src/edge/session-host.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import type { ServerMessage, Welcome } from '../../src/protocol/messages.ts';
import type { ResultRecord } from '../../src/protocol/records.ts';
import {
  type Bench,
  type BenchClient,
  createBench,
  frameMessage,
  settled,
  stillMessage,
} from '../support/edge-bench.ts';
import { brief, HELLO } from '../support/session-script.ts';

function welcomeOf(client: BenchClient): Welcome {
  return client.received.find((message): message is Welcome => message.type === 'welcome')!;
}

async function opened(
  bench: Bench,
  host: SessionHost,
  change: Partial<typeof HELLO> = {},
): Promise<BenchClient> {
  const client = bench.connect(host);
  client.send({ ...HELLO, ...change });
  await settled();
  return client;
}

function resumeOf(client: BenchClient, lastSeq = 0) {
  const { sessionId, resumeToken } = welcomeOf(client);
  return { resume: { sessionId, resumeToken, lastSeq } };
}

async function judge(bench: Bench, client: BenchClient, seq: number, look: 'pass' | 'adjust' = 'pass') {
  client.send(frameMessage(seq));
  await settled();
  bench.analyses[0]!.finish(look);
  await settled();
}

const said = (client: BenchClient, ...types: ServerMessage['type'][]) =>
  client.received.filter(({ type }) => types.length === 0 || types.includes(type)).map(brief);

describe('session host', () => {
  test('HS4 a token of the upgrade counts, one in hello goes before it', async () => {
    const bench = createBench();
    const host = bench.host('a');
    const { token: _token, ...bare } = HELLO;
    const connect = async (hello: typeof HELLO, context: { anonymous?: boolean; token?: string }) => {
      const client = bench.connect(host, context);
      client.send(hello);
      await settled();
      return said(client)[0];
    };
    expect(await connect(bare, {})).toBe('error token-missing');
    expect(await connect(bare, { anonymous: true })).toBe('welcome');
    expect(await connect(bare, { token: 'sam' })).toBe('welcome');
    expect(await connect(bare, { anonymous: true, token: 'expired' })).toBe('error token-expired');
    expect(await connect(HELLO, { token: 'expired' })).toBe('welcome');
  });

  test('HS2 CL4 a silent connection is closed after 5 s and leaves nothing', async () => {
    const bench = createBench();
    const host = bench.host('a');
    const client = bench.connect(host);
    await bench.clock.advance(4999);
    expect(client.closed).toBeNull();
    await bench.clock.advance(1);
    expect(client.closed).toEqual({ code: 4408, reason: 'hello-timeout' });
    expect(host.stats().connections).toBe(0);
    expect(bench.clock.pendingTimers()).toBe(0);
  });

  test('HS10 a subject has a number of sessions, and may resume one of them', async () => {
    const bench = createBench();
    const host = bench.host('a', { maxSessionsPerSubject: 2 });
    const first = await opened(bench, host);
    const second = await opened(bench, host);
    expect(said(second)[0]).toBe('welcome');
    const third = await opened(bench, host);
    expect(third.received[0]).toMatchObject({ code: 'rate-limited', retryable: true, retryAfterMs: 5000 });
    expect(third.closed).toEqual({ code: 4429, reason: 'rate-limited' });
    expect(said(await opened(bench, host, { token: 'another-token' }))[0]).toBe('welcome');

    const resumed = await opened(bench, host, resumeOf(first));
    expect(welcomeOf(resumed)).toMatchObject({ resumed: true });
    expect(first.closed).toMatchObject({ code: 4409 });
    expect((await opened(bench, host)).closed).toMatchObject({ code: 4429 });
    resumed.handler.onClose();
    await settled();
    expect(said(await opened(bench, host))[0]).toBe('welcome');
  });

  test('HS8 a full node says when to come again', async () => {
    const bench = createBench();
    const host = bench.host('a', { maxConnections: 1 });
    bench.connect(host);
    const late = bench.connect(host);
    await settled();
    expect(late.received).toMatchObject([{ code: 'server-busy', retryable: true, retryAfterMs: 5000 }]);
    expect(late.closed?.code).toBe(4502);
  });

  test('PC1 the first pace follows welcome', async () => {
    const bench = createBench();
    const client = await opened(bench, bench.host('a'));
    expect(said(client)).toEqual(['welcome', 'pace']);
  });

  test('CA2 CA3 CL4 a capture from frame to acknowledgement', async () => {
    const bench = createBench();
    const host = bench.host('a');
    const client = await opened(bench, host);
    for (const seq of [1, 2, 3]) await judge(bench, client, seq);
    const request = client.received.find((message) => message.type === 'capture-request')!;
    client.send(stillMessage(request.captureId));
    await settled();
    bench.analyses[0]!.finish('pass');
    await settled();
    bench.publishes[0]!.lose();
    await bench.clock.advance(200);
    expect(said(client, 'captured')).toEqual([]);
    bench.publishes[0]!.ack();
    await settled();
    expect(client.received.at(-1)).toEqual({
      type: 'captured',
      captureId: request.captureId,
      stream: 'CAPTURES',
      streamSeq: 1,
      resultKinds: ['face-quality', 'skin', 'face-contours'],
    });
    expect([...bench.stream.keys()]).toEqual([request.captureId]);
    client.handler.onClose();
    await settled();
    expect(host.stats()).toMatchObject({ connections: 0, sessions: 0, heldBytes: 0, framesInWork: 0 });
    expect(bench.clock.pendingTimers()).toBe(0);
    expect(bench.subscriptions()).toBe(0);
    expect(bench.events.map(({ event }) => event)).toEqual(['started', 'requested', 'accepted', 'ended']);
  });

  test.each(['a', 'b'])(
    'RS1 RS3 a client that comes back to node %s goes on, the old connection ends',
    async (node) => {
      const bench = createBench();
      const hosts = { a: bench.host('a'), b: bench.host('b') } as Record<string, SessionHost>;
      const first = await opened(bench, hosts.a!);
      await bench.clock.advance(1000);
      await judge(bench, first, 1);
      await bench.clock.advance(1000);
      await judge(bench, first, 2);
      const second = await opened(bench, hosts[node]!, resumeOf(first, 2));
      expect(first.closed).toEqual({ code: 4409, reason: 'superseded' });
      expect(welcomeOf(second)).toMatchObject({ resumed: true, lastSeq: 2, node });
      await judge(bench, second, 3);
      expect(said(second, 'feedback', 'capture-request')[0]).toBe('feedback 3 pass');
      expect(said(second, 'capture-request')).toHaveLength(1);
    },
  );

  test('RS1 RS3 on the same node the newest state goes over, however slow the store is', async () => {
    const bench = createBench();
    const host = bench.host('a');
    const first = await opened(bench, host);
    const { save } = bench.resume;
    bench.resume.save = async (...saving) => {
      for (let turn = 0; turn < 5; turn++) await settled();
      return save(...saving);
    };
    await judge(bench, first, 1);
    await judge(bench, first, 2);
    const second = await opened(bench, host, resumeOf(first, 2));
    for (let turn = 0; turn < 20; turn++) await settled();
    await judge(bench, second, 3);
    expect(said(second, 'capture-request')).toHaveLength(1);
  });

  test('RS3 CA12 a capture handed over meanwhile does not hide the newer connection', async () => {
    const bench = createBench();
    const host = bench.host('a');
    const first = await opened(bench, host);
    for (const seq of [1, 2, 3]) await judge(bench, first, seq);
    await bench.clock.advance(5000);
    first.handler.onClose();
    const second = await opened(bench, host, resumeOf(first, 3));
    bench.publishes[0]!.ack();
    await settled();
    const third = await opened(bench, host, resumeOf(first, 3));
    expect(second.closed?.code).toBe(4409);
    expect(welcomeOf(third).resumed).toBe(true);
  });

  test('CL4 one that goes before its hello leaves nothing', async () => {
    const bench = createBench();
    const host = bench.host('a');
    bench.connect(host).handler.onClose();
    bench.connect(host).handler.onText();
    await settled();
    expect(host.stats().connections).toBe(0);
    expect(bench.clock.pendingTimers()).toBe(0);
  });

  test('CL4 a node that is closed at once leaves nothing', async () => {
    const bench = createBench();
    const host = bench.host('a');
    const client = await opened(bench, host);
    client.send(frameMessage(1));
    await host.close();
    await settled();
    expect(client.closed?.code).toBe(4503);
    expect(bench.clock.pendingTimers()).toBe(0);
    expect(bench.subscriptions()).toBe(0);
    expect(host.stats()).toMatchObject({ connections: 0, heldBytes: 0 });
  });

  test('RS1 after two minutes the session is gone', async () => {
    const bench = createBench();
    const host = bench.host('a');
    const first = await opened(bench, host);
    first.handler.onClose();
    await settled();
    bench.resume.advance(119_999);
    const second = await opened(bench, host, resumeOf(first));
    expect(welcomeOf(second).resumed).toBe(true);
    second.handler.onClose();
    await settled();
    bench.resume.advance(120_000);
    expect(said(await opened(bench, host, resumeOf(first)))).toEqual(['error resume-failed']);
  });

  test.each([
    ['token', { resumeToken: 'guessed' }, 'sam'],
    ['session', { sessionId: 'guessed' }, 'sam'],
    ['subject', {}, 'eve'],
  ])('RS2 with a wrong %s nothing is resumed and nobody is disturbed', async (_what, change, token) => {
    const bench = createBench();
    const host = bench.host('a');
    const first = await opened(bench, host, { token: 'sam' });
    const { resume } = resumeOf(first);
    const thief = await opened(bench, host, { token, resume: { ...resume, ...change } });
    expect(said(thief)).toEqual(['error resume-failed']);
    expect(thief.closed?.code).toBe(4410);
    expect(first.closed).toBeNull();
    await judge(bench, first, 1);
    expect(said(first, 'feedback')).toEqual(['feedback 1 pass']);
  });

  test('RS6 a result that came meanwhile is delivered after the resume, once', async () => {
    const bench = createBench();
    const host = bench.host('a');
    const first = await opened(bench, host);
    for (const seq of [1, 2, 3]) await judge(bench, first, seq);
    await bench.clock.advance(5000);
    first.handler.onClose();
    await settled();
    const captureId = bench.publishes[0]!.record.captureId;
    bench.publishes[0]!.ack();
    const { sessionId } = welcomeOf(first);
    bench.deliver({
      captureId,
      sessionId,
      kind: 'k',
      status: 'done',
      result: {},
      error: null,
    } as ResultRecord);
    await settled();
    const second = await opened(bench, host, resumeOf(first));
    expect(said(second, 'captured', 'result')).toEqual([`captured ${captureId}`, `result ${captureId}/k`]);
    second.handler.onClose();
    await settled();
    expect(said(await opened(bench, host, resumeOf(first)), 'result')).toEqual([]);
  });

  test('CL1 a client that never reads is closed by what stands unread, and by time', async () => {
    const bench = createBench();
    const host = bench.host('a');
    const full = await opened(bench, host);
    full.outcome = 'buffered';
    full.buffered = 2 * 1024 * 1024;
    full.send(frameMessage(1));
    full.send(frameMessage(2));
    expect(full.closed?.code).toBe(4440);
    const slow = await opened(bench, host);
    slow.outcome = 'buffered';
    slow.buffered = 100;
    await judge(bench, slow, 1);
    await bench.clock.advance(9_999);
    expect(slow.closed).toBeNull();
    await bench.clock.advance(1);
    expect(slow.closed?.code).toBe(4440);
    const lost = await opened(bench, host);
    lost.outcome = 'dropped';
    await judge(bench, lost, 1);
    expect(lost.closed?.code).toBe(4440);
    await settled();
    expect(host.stats()).toMatchObject({ connections: 0, heldBytes: 0 });
  });

  test('CL2 a node that stops lets the work in hand end, and the sessions go on elsewhere', async () => {
    const bench = createBench();
    const host = bench.host('a');
    const busy = await opened(bench, host);
    const idle = await opened(bench, host);
    const silent = bench.connect(host);
    busy.send(frameMessage(1));
    await settled();
    let drained = false;
    const draining = host.drain().then(() => {
      drained = true;
    });
    await settled();
    expect(idle.closed?.code).toBe(4503);
    expect(silent.closed?.code).toBe(4503);
    expect(busy.closed).toBeNull();
    expect(drained).toBe(false);
    bench.analyses[0]!.finish('pass');
    await draining;
    expect(said(busy).slice(-2)).toEqual(['feedback 1 pass', 'error server-draining']);
    expect(busy.closed?.code).toBe(4503);
    const next = await opened(bench, bench.host('b'), resumeOf(busy, 1));
    expect(welcomeOf(next)).toMatchObject({ resumed: true, lastSeq: 1 });
    const late = bench.connect(host);
    await settled();
    expect(late.closed?.code).toBe(4503);
    expect(bench.logged).toEqual([]);
  });

  test('CL2 many are sent away a few at a time, and guided until it is their turn', async () => {
    const bench = createBench();
    const host = bench.host('a');
    const clients = await Promise.all(Array.from({ length: 30 }, () => opened(bench, host)));
    const draining = host.drain();
    await settled();
    const gone = () => clients.filter(({ closed }) => closed?.code === 4503).length;
    expect(gone()).toBe(4);
    clients.at(-1)!.send(frameMessage(1));
    await settled();
    bench.analyses[0]!.finish('pass');
    await settled();
    expect(said(clients.at(-1)!).at(-1)).toBe('feedback 1 pass');
    await bench.clock.advance(25);
    expect(gone()).toBe(8);
    await bench.clock.advance(150);
    await draining;
    expect(gone()).toBe(30);
    expect(bench.clock.pendingTimers()).toBe(0);
  });

  test('CL2 what hangs does not hold up the stop', async () => {
    const bench = createBench();
    const host = bench.host('a');
    const client = await opened(bench, host);
    client.send(frameMessage(1));
    await settled();
    const draining = host.drain();
    await bench.clock.advance(10_000);
    await draining;
    expect(client.closed?.code).toBe(4503);
    expect(bench.clock.pendingTimers()).toBe(0);
  });

  test('ER1 ER3 whatever bytes a client sends, the node and the others live', async () => {
    const bench = createBench();
    const host = bench.host('a', { maxBadMessages: 1000 });
    const other = await opened(bench, host);
    const bad = await opened(bench, host);
    const deep = new Uint8Array(1000).fill(0x81);
    const huge = Uint8Array.from([0xdf, 0xff, 0xff, 0xff, 0xff]);
    const inputs = [
      new Uint8Array(0),
      deep,
      huge,
      Uint8Array.from([0x80]),
      new TextEncoder().encode('{"type":"x"}'),
    ];
    for (const bytes of inputs) bad.handler.onMessage(bytes);
    bad.handler.onText();
    for (let seed = 1; seed < 300; seed++) {
      bad.handler.onMessage(Uint8Array.from({ length: seed % 40 }, (_, at) => (seed * 31 + at * seed) & 255));
    }
    const codes = new Set(said(bad, 'error'));
    expect(codes).toContain('error message-malformed');
    expect(codes).toContain('error message-unknown-type');
    expect(codes).toContain('error text-frame');
    expect(bad.closed).toBeNull();
    await judge(bench, other, 1);
    expect(said(other, 'feedback')).toEqual(['feedback 1 pass']);
    expect(bench.logged).toEqual([]);
  });

  test('FB4 a crashed worker costs one frame', async () => {
    const bench = createBench();
    const client = await opened(bench, bench.host('a'));
    client.send(frameMessage(1));
    await settled();
    bench.analyses[0]!.fail(new FramegateError('worker-crashed', 'gone', { retryable: true }));
    await judge(bench, client, 2);
    expect(said(client, 'feedback')).toEqual(['feedback 1 error', 'feedback 2 pass']);
  });
});
