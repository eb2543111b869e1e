import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { backoffMs } from '../../client/sdk/session/backoff.ts';
import { createFrameCredit } from '../../client/sdk/session/frame-credit.ts';
import { deviceNetwork, type NetworkScope } from '../../client/sdk/session/network.ts';
import { createSessionClient } from '../../client/sdk/session/session-client.ts';
import type { ServerMessage } from '../../src/protocol/messages.ts';
import { type ScriptedSocket, scriptedSocket, WELCOME as welcome } from '../support/scripted-socket.ts';

const timing = { queueMs: 0, decodeMs: 1, inferMs: 1, totalMs: 2 };
const answer = (seq: number): ServerMessage => ({
  type: 'feedback',
  seq,
  verdict: 'adjust',
  checks: [],
  dwell: 0,
  timing,
});
const picture = { capturedAtMs: 1, width: 4, height: 4, format: 'jpeg', data: Uint8Array.of(1) } as const;

let nowMs = 0;
let sockets: ScriptedSocket[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  nowMs = 1000;
  sockets = [];
});

afterEach(() => vi.useRealTimers());

function openClient(options: Partial<Parameters<typeof createSessionClient>[0]> = {}) {
  const client = createSessionClient({
    urls: ['http://one:1', 'http://two:2/base'],
    profile: 'face-skin',
    now: () => nowMs,
    random: () => 1,
    openSocket: (url) => {
      const socket = scriptedSocket(url);
      sockets.push(socket);
      return socket;
    },
    ...options,
  });
  const states: string[] = [];
  const errors: string[] = [];
  client.on('state', (state, _close, error) => {
    states.push(state);
    if (error !== null) errors.push(error.code);
  });
  return { client, states, errors };
}

async function live(options: Partial<Parameters<typeof createSessionClient>[0]> = {}) {
  const opened = openClient(options);
  const connecting = opened.client.connect();
  await vi.advanceTimersByTimeAsync(0);
  sockets[0]!.open();
  sockets[0]!.say(welcome);
  await connecting;
  return opened;
}

describe('session client', () => {
  test('says hello first and is live once it is welcomed', async () => {
    const { states } = await live({ token: async () => 'fresh' });
    expect(sockets[0]!.url).toBe('ws://one:1/v1/stream');
    expect(sockets[0]!.received).toMatchObject([
      { type: 'hello', token: 'fresh', profile: 'face-skin', consent: { store: false, training: false } },
    ]);
    expect(states).toEqual(['connecting', 'live']);
  });

  test('names the body capture whose views it takes, and none of its own accord', async () => {
    const collect = { captureId: 'body-1', ticket: 'secret' };
    await live({ collect });
    expect(sockets[0]!.received[0]).toMatchObject({ type: 'hello', collect });
    sockets = [];
    await live();
    expect(sockets[0]!.received[0]).not.toHaveProperty('collect');
  });

  test('keeps to the credit: a frame beyond it is dropped, not queued', async () => {
    const { client } = await live();
    const offered = Array.from({ length: 5 }, () => {
      nowMs += 40;
      return client.sendFrame(picture);
    });
    expect(offered).toEqual([1, 2, null, null, null]);
    sockets[0]!.say(answer(1));
    expect(client.sendFrame(picture)).toBe(3);
  });

  test('keeps to the pace, and never above the limit of the welcome', async () => {
    const { client } = await live();
    sockets[0]!.say({ type: 'pace', maxFps: 2, quality: 70, maxEdge: 320 });
    const sentAtMs: number[] = [];
    for (let step = 0; step < 300; step++, nowMs += 10) {
      const seq = client.sendFrame(picture);
      if (seq === null) continue;
      sentAtMs.push(nowMs);
      sockets[0]!.say(answer(seq));
    }
    expect(sentAtMs.length).toBeGreaterThanOrEqual(5);
    expect(sentAtMs.length).toBeLessThanOrEqual(7);
  });

  test('after a lost connection it resumes on the next node, with the last feedback it has, and seq goes on', async () => {
    const { client, states } = await live();
    client.sendFrame(picture);
    sockets[0]!.say(answer(1));
    nowMs += 100;
    client.sendFrame(picture);
    sockets[0]!.lose(1006);
    expect(client.sendFrame(picture)).toBeNull();
    await vi.advanceTimersByTimeAsync(250);
    expect(sockets[1]!.url).toBe('ws://two:2/base/v1/stream');
    sockets[1]!.open();
    expect(sockets[1]!.received).toMatchObject([
      { resume: { sessionId: 's1', resumeToken: 'r1', lastSeq: 1 } },
    ]);
    sockets[1]!.say({ ...welcome, resumeToken: 'r2', resumed: true, lastSeq: 1 });
    nowMs += 250;
    expect(client.sendFrame(picture)).toBe(3);
    expect(states).toEqual(['connecting', 'live', 'reconnecting', 'live']);
  });

  test('what a node tells again after a resume is told the app once, and results received are named', async () => {
    const { client } = await live();
    const told: string[] = [];
    client.on('captured', ({ captureId }) => told.push(`captured ${captureId}`));
    client.on('result', ({ kind }) => told.push(`result ${kind}`));
    const captured: ServerMessage = {
      type: 'captured',
      captureId: 'c1',
      stream: 'CAPTURES',
      streamSeq: 1,
      resultKinds: ['face-quality'],
    };
    const result: ServerMessage = {
      type: 'result',
      captureId: 'c1',
      kind: 'face-quality',
      status: 'done',
      result: {},
    };
    sockets[0]!.say(captured);
    sockets[0]!.say(result);
    sockets[0]!.lose(1006);
    await vi.advanceTimersByTimeAsync(250);
    sockets[1]!.open();
    expect(sockets[1]!.received).toMatchObject([{ resume: { results: ['c1/face-quality'] } }]);
    sockets[1]!.say({ ...welcome, resumed: true });
    sockets[1]!.say(captured);
    sockets[1]!.say(result);
    expect(told).toEqual(['captured c1', 'result face-quality']);
  });

  test('a frame that is refused gives its credit back and does not end the session', async () => {
    const { client } = await live();
    for (let frame = 0; frame < 2; frame++, nowMs += 40) client.sendFrame(picture);
    expect(client.sendFrame(picture)).toBeNull();
    sockets[0]!.say({ type: 'error', code: 'seq-not-increasing', message: '', retryable: false, seq: 2 });
    expect(client.sendFrame(picture)).toBe(3);
    sockets[0]!.lose(1006);
    expect(client.state).toBe('reconnecting');
  });

  test('from a node that stops it goes to the next one sooner than a dwell breaks', async () => {
    await live();
    sockets[0]!.lose(4503);
    await vi.advanceTimersByTimeAsync(60);
    expect(sockets).toHaveLength(2);
  });

  test('a session that cannot be resumed starts anew, and counts its frames on', async () => {
    const { client, errors } = await live();
    client.sendFrame(picture);
    sockets[0]!.lose(4503);
    await vi.advanceTimersByTimeAsync(250);
    sockets[1]!.open();
    sockets[1]!.say({ type: 'error', code: 'resume-failed', message: 'expired', retryable: false });
    sockets[1]!.lose(4410);
    await vi.advanceTimersByTimeAsync(500);
    sockets[2]!.open();
    expect(sockets[2]!.received[0]).not.toHaveProperty('resume');
    sockets[2]!.say({ ...welcome, sessionId: 's2' });
    nowMs += 750;
    expect(client.sendFrame(picture)).toBe(2);
    expect(errors).toEqual(['server-draining', 'resume-failed']);
  });

  test('a session whose state is out of reach is tried a few times more, then given up for a new one', async () => {
    await live();
    sockets[0]!.lose(4503);
    const unavailable = {
      type: 'error',
      code: 'state-unavailable',
      message: 'away',
      retryable: true,
    } as const;
    for (let attempt = 1; attempt <= 4; attempt++) {
      await vi.advanceTimersByTimeAsync(8000);
      const socket = sockets[attempt]!;
      socket.open();
      expect(socket.received[0]).toMatchObject({ resume: { sessionId: 's1' } });
      socket.say(unavailable);
      socket.lose(4410);
    }
    await vi.advanceTimersByTimeAsync(8000);
    sockets[5]!.open();
    expect(sockets[5]!.received[0]).not.toHaveProperty('resume');
  });

  test.each([4401, 4403, 4400, 4409])(
    'close code %i ends it: another try would meet the same end',
    async (code) => {
      const { client, states } = await live();
      sockets[0]!.lose(code);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(sockets.length).toBe(1);
      expect(client.state).toBe('closed');
      expect(states.at(-1)).toBe('closed');
    },
  );

  test('connect rejects with the error that the node named', async () => {
    const { client } = openClient();
    const connecting = client.connect();
    await vi.advanceTimersByTimeAsync(0);
    sockets[0]!.open();
    sockets[0]!.say({ type: 'error', code: 'token-expired', message: 'expired', retryable: false });
    sockets[0]!.lose(4401);
    await expect(connecting).rejects.toMatchObject({ code: 'token-expired', details: { closeCode: 4401 } });
  });

  test('an error of long ago does not keep it from coming back after the link broke', async () => {
    const { client } = await live();
    sockets[0]!.say({ type: 'error', code: 'message-invalid', message: '', retryable: false });
    sockets[0]!.lose(1006);
    expect(client.state).toBe('reconnecting');
  });

  test('a refused connection counts at once, also where no close follows the error', async () => {
    const { client } = openClient({ connectAttempts: 1 });
    const outcome = expect(client.connect()).rejects.toMatchObject({ code: 'dependency-unavailable' });
    for (const pauseMs of [250, 0]) {
      await vi.advanceTimersByTimeAsync(0);
      sockets.at(-1)!.onerror?.(undefined as never);
      await vi.advanceTimersByTimeAsync(pauseMs);
    }
    await outcome;
    expect(sockets.length).toBe(2);
  });

  test('gives up after its attempts, each after a longer pause', async () => {
    const { client } = openClient({ maxAttempts: 3 });
    const connecting = client.connect();
    const outcome = expect(connecting).rejects.toMatchObject({
      code: 'dependency-unavailable',
      retryable: true,
    });
    for (const [index, pauseMs] of [250, 500, 1000].entries()) {
      await vi.advanceTimersByTimeAsync(0);
      sockets[index]!.lose(1006);
      await vi.advanceTimersByTimeAsync(pauseMs - 1);
      expect(sockets.length).toBe(index + 1);
      await vi.advanceTimersByTimeAsync(1);
    }
    sockets[3]!.lose(1006);
    await outcome;
  });

  test('gives up on nodes that welcome it and drop it again', async () => {
    const { client, errors } = await live({ maxAttempts: 3 });
    for (const pauseMs of [250, 500, 1000]) {
      sockets.at(-1)!.lose(1006);
      await vi.advanceTimersByTimeAsync(pauseMs);
      sockets.at(-1)!.open();
      sockets.at(-1)!.say({ ...welcome, resumed: true });
      expect(client.state).toBe('live');
    }
    sockets.at(-1)!.lose(1006);
    expect([client.state, errors.at(-1), sockets.length]).toEqual(['closed', 'dependency-unavailable', 4]);
  });

  test.each([
    [
      'an answer',
      async ({ client }: Awaited<ReturnType<typeof live>>) => {
        nowMs += 100;
        sockets.at(-1)!.say(answer(client.sendFrame(picture)!));
      },
    ],
    [
      'ten seconds',
      async () => {
        nowMs += 10_000;
      },
    ],
  ])('after %s a connection counts as good, and all attempts are there again', async (_, proveIt) => {
    const opened = await live({ maxAttempts: 1 });
    for (let loss = 0; loss < 5; loss++) {
      await proveIt(opened);
      sockets.at(-1)!.lose(1006);
      await vi.advanceTimersByTimeAsync(250);
      sockets.at(-1)!.open();
      sockets.at(-1)!.say({ ...welcome, resumed: true, lastSeq: loss + 1 });
    }
    expect(opened.client.state).toBe('live');
  });

  test('a node that accepts and then says nothing is left after a while', async () => {
    openClient()
      .client.connect()
      .catch(() => undefined);
    await vi.advanceTimersByTimeAsync(0);
    sockets[0]!.open();
    await vi.advanceTimersByTimeAsync(10_000 + 250);
    expect(sockets[0]!.closedWith).not.toBeNull();
    expect(sockets.length).toBe(2);
  });

  test('close says bye, and nothing happens afterwards', async () => {
    const { client } = await live();
    client.close();
    expect(sockets[0]!.received.at(-1)).toMatchObject({ type: 'bye' });
    sockets[0]!.lose(1006);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets.length).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('closed by whoever hears of a message', () => {
  test.each(['message', 'state'] as const)('%s: no further event follows', async (name) => {
    const { client } = openClient();
    const after: string[] = [];
    const connecting = client.connect();
    await vi.advanceTimersByTimeAsync(0);
    client.on(name, () => client.close());
    client.on('welcome', () => after.push('welcome'));
    sockets[0]!.open();
    sockets[0]!.say(welcome);
    await expect(connecting).rejects.toMatchObject({ code: 'usage' });
    expect(after).toEqual([]);
    expect(client.state).toBe('closed');
    expect(client.wantsFrame()).toBe(false);
  });
});

describe('a device without a network', () => {
  function network() {
    let isOnline = true;
    const handlers = new Set<() => void>();
    return {
      online: () => isOnline,
      onOnline(handler: () => void) {
        handlers.add(handler);
        return () => handlers.delete(handler);
      },
      set(online: boolean) {
        isOnline = online;
        if (online) for (const handler of [...handlers]) handler();
      },
      listeners: () => handlers.size,
    };
  }

  test('waits without using up attempts, says so, and is back at once', async () => {
    const device = network();
    const { client, states, errors } = await live({ network: device, maxAttempts: 2 });
    device.set(false);
    sockets[0]!.lose(1006);
    expect(errors).toEqual(['device-offline']);
    await vi.advanceTimersByTimeAsync(600_000);
    expect([client.state, sockets.length]).toEqual(['reconnecting', 1]);
    device.set(true);
    await vi.advanceTimersByTimeAsync(0);
    sockets[1]!.open();
    sockets[1]!.say({ ...welcome, resumed: true });
    expect(states).toEqual(['connecting', 'live', 'reconnecting', 'live']);
    expect([device.listeners(), vi.getTimerCount()]).toEqual([0, 0]);
  });

  test('a network that comes back ends the pause between two attempts', async () => {
    const device = network();
    await live({ network: device });
    for (let lost = 0; lost < 4; lost++) {
      sockets.at(-1)!.lose(1006);
      await vi.advanceTimersByTimeAsync(lost < 3 ? 2000 : 10);
    }
    expect(sockets.length).toBe(4);
    device.set(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets.length).toBe(5);
  });

  test('a node on the device itself is reached all the same', async () => {
    const device = network();
    device.set(false);
    const { client, states, errors } = await live({
      network: device,
      urls: ['http://127.0.0.1:1', 'ws://localhost'],
    });
    sockets[0]!.lose(1006);
    await vi.advanceTimersByTimeAsync(250);
    expect([sockets[1]!.url, errors]).toEqual(['ws://localhost/v1/stream', ['device-offline']]);
    client.close();
    expect(states).toEqual(['connecting', 'live', 'reconnecting']);
  });

  test('is what the browser says, and Node.js says nothing', () => {
    const scope = Object.assign(new EventTarget(), { navigator: { onLine: false } });
    const device = deviceNetwork(scope as unknown as NetworkScope);
    const back = vi.fn();
    const stop = device.onOnline(back);
    scope.dispatchEvent(new Event('online'));
    stop();
    scope.dispatchEvent(new Event('online'));
    expect([device.online(), back.mock.calls.length, deviceNetwork().online()]).toEqual([false, 1, true]);
  });

  test('connects once there is one', async () => {
    const device = network();
    device.set(false);
    const { client, errors } = openClient({ network: device });
    const connecting = client.connect();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([sockets.length, errors]).toEqual([0, ['device-offline']]);
    device.set(true);
    await vi.advanceTimersByTimeAsync(0);
    sockets[0]!.open();
    sockets[0]!.say(welcome);
    await expect(connecting).resolves.toMatchObject({ sessionId: 's1' });
  });

  test('notices soon that a connection is dead', async () => {
    const device = network();
    const { client, errors } = await live({ network: device });
    device.set(false);
    client.sendFrame(picture);
    await vi.advanceTimersByTimeAsync(3000);
    expect(errors).toEqual(['device-offline']);
  });
});

describe('what a connection can come to', () => {
  test.each([
    ['SecurityError', 'context-insecure'],
    ['SyntaxError', 'usage'],
  ])('a browser that refuses it with %s ends it with %s', async (name, code) => {
    const openSocket = () => {
      throw new DOMException('refused', name);
    };
    const { client, states } = openClient({ openSocket });
    await expect(client.connect()).rejects.toMatchObject({ code });
    expect(states).toEqual(['connecting', 'closed']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([[['not a url']], [[]]])('addresses %j are none', async (urls) => {
    const { client } = openClient({ urls });
    await expect(client.connect()).rejects.toMatchObject({ code: 'usage' });
  });

  test('a busy node is asked again when it says and up to half as long later, and is named if it stays busy', async () => {
    const { client, errors } = openClient({ connectAttempts: 1 });
    const outcome = expect(client.connect()).rejects.toMatchObject({ code: 'server-busy', retryable: true });
    for (const pauseMs of [7499, 1]) {
      await vi.advanceTimersByTimeAsync(0);
      const socket = sockets.at(-1)!;
      if (socket.received.length === 0) socket.open();
      if (pauseMs === 7499) {
        socket.say({
          type: 'error',
          code: 'server-busy',
          message: 'full',
          retryable: true,
          retryAfterMs: 5000,
        });
        socket.lose(4502);
      }
      await vi.advanceTimersByTimeAsync(pauseMs);
    }
    expect([sockets.length, errors]).toEqual([2, ['server-busy']]);
    await vi.advanceTimersByTimeAsync(0);
    sockets[1]!.open();
    sockets[1]!.lose(4502);
    await outcome;
  });

  test('a token that expires is fetched anew and the session goes on; without a provider it ends', async () => {
    let fetched = 0;
    const { client } = await live({ token: async () => `token ${++fetched}` });
    const expired = { type: 'error', code: 'token-expired', message: '', retryable: false } as const;
    sockets[0]!.say(expired);
    sockets[0]!.lose(4401);
    await vi.advanceTimersByTimeAsync(250);
    sockets[1]!.open();
    expect(sockets[1]!.received).toMatchObject([{ token: 'token 2', resume: { sessionId: 's1' } }]);
    client.close();

    sockets = [];
    const fixed = await live({ token: 'fixed' });
    sockets[0]!.say(expired);
    sockets[0]!.lose(4401);
    expect([fixed.client.state, fixed.errors]).toEqual(['closed', ['token-expired']]);
  });

  test.each([
    [4409, 'resume-failed'],
    [4413, 'payload-too-large'],
    [4400, 'too-many-errors'],
  ])('close code %i without a word is %s', async (code, expected) => {
    const { errors } = await live();
    sockets[0]!.lose(code);
    expect(errors).toEqual([expected]);
  });

  test('what is no message of this protocol ends the connection, not the session', async () => {
    const { client } = await live();
    sockets[0]!.sayBytes(Uint8Array.of(0xc1));
    expect([client.state, sockets[0]!.closedWith]).toEqual(['reconnecting', 1005]);
  });

  test('a welcome that cannot be worked with is none: it neither throws nor hangs', async () => {
    const { client } = openClient({ maxAttempts: 1 });
    const outcome = expect(client.connect()).rejects.toMatchObject({ code: 'dependency-unavailable' });
    for (const limits of [undefined, { ...welcome.limits, maxInFlight: Number.NaN }]) {
      await vi.advanceTimersByTimeAsync(250);
      sockets.at(-1)!.open();
      sockets.at(-1)!.say({ ...welcome, limits } as ServerMessage);
    }
    await outcome;
  });

  test.each([
    { ...answer(1), checks: null },
    { ...answer(1), checks: [null] },
    { ...answer(1), timing: undefined },
    { type: 'pace', maxFps: Number.NaN, quality: 80, maxEdge: 512 },
    { type: 'capture-request', captureId: 'c', seq: 1, deadlineMs: -1, maxWidth: 9, maxHeight: 9 },
    { type: 'error', code: null, message: 'of no code', retryable: true },
    { type: 'result', captureId: 'c', kind: 'k', status: 'failed', result: null },
  ])('what would break the client ends the connection: %j', async (message) => {
    const { client } = await live();
    client.sendFrame(picture);
    sockets[0]!.say(message as ServerMessage);
    expect([client.state, sockets[0]!.closedWith]).toEqual(['reconnecting', 1005]);
  });

  test('a link on which answers no longer come is left', async () => {
    const { client } = await live();
    client.sendFrame(picture);
    await vi.advanceTimersByTimeAsync(14_000);
    sockets[0]!.say(answer(1));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(client.state).toBe('live');
    nowMs += 1000;
    client.sendFrame(picture);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(client.state).toBe('reconnecting');
  });

  test('closing while it reconnects says nothing on the socket that is not open', async () => {
    const { client } = await live();
    sockets[0]!.lose(1006);
    await vi.advanceTimersByTimeAsync(250);
    client.close();
    expect(sockets[1]!.received).toEqual([]);
    expect(sockets[1]!.closedWith).toBe(1000);
  });
});

test('the pause doubles up to its limit, and half of it is drawn by lot', () => {
  const limits = { firstMs: 100, maxMs: 1000 };
  expect([1, 2, 3, 4, 5, 60].map((attempt) => backoffMs(attempt, limits, 1))).toEqual([
    100, 200, 400, 800, 1000, 1000,
  ]);
  expect(backoffMs(3, limits, 0)).toBe(200);
});

test('timers that fire late do not lower the rate', () => {
  const credit = createFrameCredit(3, 10, Math.random);
  let frames = 0;
  for (let atMs = 0; atMs < 10_000; atMs += 33) {
    if (!credit.allows(atMs)) continue;
    credit.sent(++frames, atMs);
    credit.answered(frames, atMs + 5);
  }
  expect(frames).toBeGreaterThanOrEqual(98);
  expect(frames).toBeLessThanOrEqual(102);
});

test('PC2 clients that are slowed in the same moment do not go on in step', () => {
  const nextAtMs = [0, 0.25, 0.5, 0.75].map((lot) => {
    const credit = createFrameCredit(3, 20, () => lot);
    credit.sent(1, 1000);
    credit.answered(1, 1005);
    credit.setMaxFps(4);
    let atMs = 1000;
    while (!credit.allows(atMs)) atMs++;
    return atMs;
  });
  expect(nextAtMs).toEqual([1025, 1075, 1125, 1175]);
});
