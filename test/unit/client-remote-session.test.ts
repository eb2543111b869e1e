import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { GuidedSessionEvents } from '../../client/sdk/guided-session.ts';
import type { EncodedFrame, Picture } from '../../client/sdk/picture.ts';
import { frameWeight } from '../../client/sdk/pump/frame-ladder.ts';
import {
  createRemoteSession,
  type RemoteSession,
  type RemoteSessionOptions,
} from '../../client/sdk/pump/remote-session.ts';
import type { ClientMessage, Feedback, ServerMessage } from '../../src/protocol/messages.ts';
import { type ScriptedSocket, scriptedSocket, WELCOME } from '../support/scripted-socket.ts';

interface CountedPicture extends Picture {
  closed: number;
  readonly asked: { maxEdge: number; quality: number }[];
  readonly limits: { maxBytes: number }[];
}

const ENCODE_MS = 10;
const CAPTURED = {
  type: 'captured' as const,
  captureId: 'c1',
  stream: 'CAPTURES',
  streamSeq: 1,
  resultKinds: ['face-quality'],
};
const delay = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let sockets: ScriptedSocket[] = [];
let pictures: CountedPicture[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  pictures = [];
});

afterEach(() => vi.useRealTimers());

function picture(overrides: Partial<Picture> = {}): CountedPicture {
  const asked: CountedPicture['asked'] = [];
  const limits: CountedPicture['limits'] = [];
  const made: CountedPicture = {
    closed: 0,
    asked,
    limits,
    capturedAtMs: Date.now(),
    async frame(maxEdge, quality): Promise<EncodedFrame> {
      asked.push({ maxEdge, quality });
      await delay(ENCODE_MS);
      const bytes = Math.round(5.5 * frameWeight(maxEdge, quality));
      return { data: new Uint8Array(bytes), width: maxEdge, height: (maxEdge * 3) / 4, format: 'jpeg' };
    },
    async still(stillLimits) {
      limits.push(stillLimits);
      await delay(ENCODE_MS);
      return { data: Uint8Array.of(1, 2, 3), width: 1920, height: 1080, format: 'jpeg' };
    },
    close() {
      made.closed++;
    },
    ...overrides,
  };
  pictures.push(made);
  return made;
}

type Told = { readonly [Name in keyof GuidedSessionEvents]: Parameters<GuidedSessionEvents[Name]>[] };

function record(session: RemoteSession): { told: Told; order: string[] } {
  const told: Told = {
    state: [],
    feedback: [],
    hint: [],
    dwell: [],
    captureRequest: [],
    captured: [],
    rejected: [],
    result: [],
    pace: [],
    error: [],
  };
  const order: string[] = [];
  for (const name of Object.keys(told) as (keyof GuidedSessionEvents)[]) {
    session.on(name, (...args: unknown[]) => {
      (told[name] as unknown[][]).push(args);
      order.push(name);
    });
  }
  return { told, order };
}

async function live(options: Partial<RemoteSessionOptions<Picture>> = {}) {
  const session = createRemoteSession<Picture>({
    urls: ['http://one:1'],
    profile: 'face-skin',
    now: Date.now,
    random: () => 1,
    openSocket: (url) => {
      const socket = scriptedSocket(url);
      sockets.push(socket);
      return socket;
    },
    ...options,
  });
  const { told, order } = record(session);
  const connecting = session.connect();
  await vi.advanceTimersByTimeAsync(0);
  sockets[0]!.open();
  await vi.advanceTimersByTimeAsync(20);
  sockets[0]!.say(WELCOME);
  sockets[0]!.say({ type: 'pace', maxFps: 30, quality: 80, maxEdge: 512 });
  const settings = await connecting;
  return { session, told, order, settings };
}

async function resumed(message: Partial<ServerMessage & { type: 'welcome' }> = {}): Promise<ScriptedSocket> {
  await vi.advanceTimersByTimeAsync(10_000);
  const socket = sockets.at(-1)!;
  socket.open();
  socket.say({ ...WELCOME, resumed: true, ...message });
  return socket;
}

const timing = { queueMs: 0, decodeMs: 1, inferMs: 1, totalMs: 2 };
const face = { box: { x: 1, y: 1, width: 9, height: 9 }, yawDeg: 0, pitchDeg: 0, rollDeg: 0 };

function answer(seq: number, more: Partial<Feedback> = {}): Feedback {
  return { type: 'feedback', seq, verdict: 'adjust', checks: [], dwell: 0, timing, face, ...more };
}

const sent = <Type extends ClientMessage['type']>(type: Type, socket = sockets.at(-1)!) =>
  socket.received.filter((message): message is ClientMessage & { type: Type } => message.type === type);

/** Offers one picture and lets it be encoded. */
async function show(session: RemoteSession, shown = picture()): Promise<CountedPicture> {
  session.offer(shown);
  await vi.advanceTimersByTimeAsync(ENCODE_MS + 30);
  return shown;
}

/** One good frame, answered. */
async function pass(session: RemoteSession, score = 80): Promise<number> {
  await show(session);
  const { seq } = sent('frame').at(-1)!;
  const checks = [{ id: 'yaw' as const, value: 0, unit: 'deg', score, status: 'pass' as const }];
  sockets.at(-1)!.say(answer(seq, { verdict: 'pass', dwell: 0.5, checks }));
  return seq;
}

const seqs = (told: Told) => told.feedback.map(([{ seq, verdict }]) => `${seq} ${verdict}`);

describe('the pump', () => {
  test('encodes one picture at a time; what comes meanwhile is dropped, not queued', async () => {
    const { session } = await live();
    const first = picture();
    session.offer(first);
    expect(session.wantsPicture()).toBe(false);
    const second = picture();
    session.offer(second);
    expect([first.closed, second.closed]).toEqual([0, 1]);
    await vi.advanceTimersByTimeAsync(ENCODE_MS);
    expect(sent('frame').length).toBe(1);
    expect(second.asked).toEqual([]);
  });

  test('drops the encoding when the room has gone by the time it is ready', async () => {
    const { session } = await live();
    const late = picture();
    session.offer(late);
    sockets[0]!.bufferedAmount = 100_000;
    await vi.advanceTimersByTimeAsync(ENCODE_MS);
    expect([sent('frame').length, late.closed, session.wantsPicture()]).toEqual([0, 1, false]);
    sockets[0]!.bufferedAmount = 0;
    expect(session.wantsPicture()).toBe(true);
  });

  test('begins small, grows to the node’s pace within some frames, and never beyond', async () => {
    const { session, told } = await live();
    for (let frame = 0; frame < 8; frame++) await pass(session);
    const edges = sent('frame').map(({ width }) => width);
    expect(edges[0]).toBe(320);
    expect(edges.at(-1)).toBe(512);
    sockets[0]!.say({ type: 'pace', maxFps: 30, quality: 60, maxEdge: 384 });
    await pass(session);
    expect(sent('frame').at(-1)!.width).toBe(384);
    expect(told.pace.length).toBe(2);
  });

  test('a picture that cannot be encoded is an error event, said once in a row', async () => {
    const { session, told } = await live();
    const broken = { frame: () => Promise.reject(new Error('no pixels')) };
    for (let count = 0; count < 3; count++) await show(session, picture(broken));
    expect(told.error.map(([{ code }]) => code)).toEqual(['internal']);
    expect(pictures.map(({ closed }) => closed)).toEqual([1, 1, 1]);
    await show(session);
    expect(sent('frame').length).toBe(1);
  });

  test('paused it wants nothing, and nothing stays on show; results still come', async () => {
    const { session, told } = await live();
    await show(session);
    sockets[0]!.say(answer(1, { hint: { code: 'come-closer' }, dwell: 0.3 }));
    session.pause();
    expect(session.wantsPicture()).toBe(false);
    await show(session);
    expect(sent('frame').length).toBe(1);
    sockets[0]!.say({ type: 'result', captureId: 'c', kind: 'k', status: 'done', result: {} });
    expect(told.hint).toEqual([[{ code: 'come-closer' }], [null]]);
    expect(told.dwell).toEqual([[0.3], [0]]);
    expect(told.result.length).toBe(1);
    expect(pictures.every(({ closed }) => closed === 1)).toBe(true);
    session.resume();
    expect(session.wantsPicture()).toBe(true);
  });
});

describe('feedback', () => {
  test('frames that a lost connection took are skipped before anything newer, over 20 losses', async () => {
    const { session, told } = await live();
    let expected = 0;
    for (let loss = 0; loss < 20; loss++) {
      const seq = await pass(session);
      expect(seq).toBe(++expected);
      // The link is not known yet, so that the next frame may have to wait.
      while (sent('frame').length < 2) await show(session);
      expected++;
      sockets.at(-1)!.lose(1006);
      await resumed({ lastSeq: expected });
      // A late word of the old connection is nobody's.
      sockets.at(-2)!.onmessage?.({ data: new ArrayBuffer(0) });
    }
    expect(seqs(told)).toEqual(
      Array.from({ length: 40 }, (_, index) => `${index + 1} ${index % 2 === 0 ? 'pass' : 'skipped'}`),
    );
    expect(told.state.filter(([state]) => state === 'reconnecting').length).toBe(20);
  });

  test('FR4 a frame that is refused has the verdict error, and is no error event', async () => {
    const { session, told } = await live();
    await show(session);
    sockets[0]!.say({ type: 'error', code: 'rate-limited', message: 'slow', retryable: true, seq: 1 });
    expect(told.feedback[0]![0]).toMatchObject({ seq: 1, verdict: 'error', error: { code: 'rate-limited' } });
    expect(told.error).toEqual([]);
    expect(session.underWay).toBe(0);
  });

  test('a session that ends tells what is open, then why', async () => {
    const { session, told, order } = await live();
    await show(session);
    sockets[0]!.say({ type: 'error', code: 'token-expired', message: 'over', retryable: false });
    sockets[0]!.lose(4401);
    expect(seqs(told)).toEqual(['1 skipped']);
    expect(order.slice(-2)).toEqual(['feedback', 'state']);
    expect(told.state.at(-1)).toMatchObject(['closed', { code: 'token-expired' }]);
    expect(told.error).toEqual([]);
    expect(pictures.map(({ closed }) => closed)).toEqual([1]);
  });

  test('a session that cannot be resumed says so, and a new one goes on', async () => {
    const { session, told } = await live();
    await pass(session);
    sockets[0]!.lose(1006);
    await vi.advanceTimersByTimeAsync(10_000);
    sockets[1]!.open();
    sockets[1]!.say({ type: 'error', code: 'resume-failed', message: 'gone', retryable: false });
    sockets[1]!.lose(4410);
    await resumed({ resumed: false, sessionId: 's2' });
    expect(told.error).toMatchObject([[{ code: 'resume-failed' }]]);
    expect([session.state, session.settings?.sessionId]).toEqual(['live', 's2']);
    expect(told.dwell).toEqual([[0.5], [0]]);
    await pass(session);
    expect(seqs(told)).toEqual(['1 pass', '2 pass']);
  });
});

describe('captures', () => {
  const request = { type: 'capture-request', deadlineMs: 5000, maxWidth: 4096, maxHeight: 4096 } as const;

  test('the still is of the frame that was asked for, and is what captured shows', async () => {
    const { session, told } = await live();
    for (const score of [70, 95, 80, 75]) await pass(session, score);
    sockets[0]!.say({ ...request, captureId: 'c1', seq: 2 });
    expect(session.wantsPicture()).toBe(false);
    await vi.advanceTimersByTimeAsync(ENCODE_MS);
    expect(pictures[1]!.limits).toMatchObject([{ maxWidth: 4096 }]);
    expect(sent('still')).toMatchObject([{ captureId: 'c1', seq: 2, width: 1920 }]);
    sockets[0]!.say({ ...CAPTURED, streamSeq: 7 });
    const [[capture]] = told.captured as [
      [GuidedSessionEvents['captured'] extends (c: infer C) => void ? C : never],
    ];
    expect([...capture.still!.data]).toEqual([1, 2, 3]);
    expect(capture.receipt).toEqual({ stream: 'CAPTURES', streamSeq: 7 });
    session.close();
    expect(pictures.every(({ closed }) => closed === 1)).toBe(true);
  });

  test('what a node says will come of a capture is told with it', async () => {
    const { told } = await live();
    const resultKinds = ['face-quality', 'skin'];
    sockets[0]!.say({ ...CAPTURED, resultKinds });
    const { resultKinds: _kinds, ...unsaid } = CAPTURED;
    sockets[0]!.say({ ...unsaid, captureId: 'c2' } as ServerMessage);
    expect(told.captured).toMatchObject([[{ captureId: 'c1', resultKinds }], [{ captureId: 'c2' }]]);
    expect(told.captured[1]![0]).not.toHaveProperty('resultKinds');
  });

  test('whoever pauses when the capture is announced still gets it', async () => {
    const { session } = await live();
    session.on('captureRequest', () => session.pause());
    await pass(session);
    sockets[0]!.say({ ...request, captureId: 'c1', seq: 1 });
    await vi.advanceTimersByTimeAsync(ENCODE_MS);
    expect(sent('still').length).toBe(1);
  });

  test('without a kept picture the next one is it, even while paused', async () => {
    const { session } = await live();
    sockets[0]!.say({ ...request, captureId: 'c1', seq: 5 });
    session.pause();
    expect(session.wantsPicture()).toBe(true);
    const next = await show(session);
    expect(sent('still')).toMatchObject([{ captureId: 'c1', seq: 5 }]);
    expect([next.closed, sent('frame').length, session.wantsPicture()]).toEqual([1, 0, false]);
  });

  test('a resumed session that asks again gets the same still', async () => {
    const { session } = await live();
    await pass(session);
    sockets[0]!.say({ ...request, captureId: 'c1', seq: 1 });
    sockets[0]!.lose(1006);
    await vi.advanceTimersByTimeAsync(ENCODE_MS);
    const socket = await resumed({ lastSeq: 1 });
    socket.say({ ...request, captureId: 'c1', seq: 1 });
    await vi.advanceTimersByTimeAsync(0);
    expect(sent('still')).toMatchObject([{ captureId: 'c1', seq: 1 }]);
    expect(pictures[0]!.limits.length).toBe(1);
  });

  test('asked again while the still is encoded, it is encoded and sent once', async () => {
    const { session } = await live();
    await pass(session);
    sockets[0]!.say({ ...request, captureId: 'c1', seq: 1 });
    sockets[0]!.say({ ...request, captureId: 'c1', seq: 1 });
    expect(session.wantsPicture()).toBe(false);
    await vi.advanceTimersByTimeAsync(ENCODE_MS);
    expect(sent('still').length).toBe(1);
    expect(pictures[0]!.limits.length).toBe(1);
  });

  test('a still that comes too late is neither sent nor shown: the node has taken a frame', async () => {
    const { session, told } = await live();
    await pass(session);
    sockets[0]!.say({ ...request, captureId: 'c1', seq: 1, deadlineMs: ENCODE_MS / 2 });
    await vi.advanceTimersByTimeAsync(ENCODE_MS);
    sockets[0]!.say(CAPTURED);
    expect(sent('still')).toEqual([]);
    expect(told.captured).toMatchObject([[{ still: null }]]);
  });

  test('closed by whoever hears of the frames that a lost connection took, it stays closed', async () => {
    const { session } = await live();
    session.on('feedback', () => session.close());
    await show(session);
    sockets[0]!.lose(1006);
    await resumed({ lastSeq: 1 });
    expect(session.state).toBe('closed');
    expect(session.wantsPicture()).toBe(false);
  });

  test('a still that is refused is an error, and not the capture', async () => {
    const { session, told } = await live();
    await pass(session);
    sockets[0]!.say({ ...request, captureId: 'c1', seq: 1 });
    await vi.advanceTimersByTimeAsync(ENCODE_MS);
    sockets[0]!.say({ type: 'error', code: 'image-corrupt', message: '', retryable: false, captureId: 'c1' });
    sockets[0]!.say(CAPTURED);
    expect(told.error).toMatchObject([[{ code: 'image-corrupt', details: { captureId: 'c1' } }]]);
    expect(told.captured).toMatchObject([[{ still: null }]]);
  });

  test('capture() is refused here where there is nothing to capture', async () => {
    const { session, told } = await live();
    session.capture();
    expect(told.error).toMatchObject([[{ code: 'capture-refused' }]]);
    await pass(session);
    session.capture();
    expect(sent('capture')).toMatchObject([{ seq: 1 }]);
  });
});

describe('presence', () => {
  /** Shows pictures at 15 a second, answers each frame, for so long. */
  async function play(
    session: RemoteSession,
    durationMs: number,
    feedback: Partial<Feedback>,
  ): Promise<void> {
    let answered = sent('frame').length;
    for (let atMs = 0; atMs < durationMs; atMs += 66) {
      if (session.wantsPicture()) session.offer(picture());
      await vi.advanceTimersByTimeAsync(66);
      for (const { seq } of sent('frame').slice(answered)) sockets.at(-1)!.say(answer(seq, feedback));
      answered = sent('frame').length;
    }
  }

  test('an empty room costs at most 2 % of the bytes of a guided session', async () => {
    const guided = await live({ presence: { look: () => Promise.resolve(true) } });
    await play(guided.session, 30_000, {});
    guided.session.close();
    sockets = [];
    const empty = await live({ presence: { look: () => Promise.resolve(false) } });
    await play(empty.session, 30_000, { face: undefined, hint: { code: 'no-face' } });
    const share = empty.session.sent.frameBytes / guided.session.sent.frameBytes;
    expect(share).toBeLessThan(0.02);
    expect(empty.session.sent.frames).toBeGreaterThan(5);
    expect(empty.told.hint).toEqual([[{ code: 'no-face' }]]);
    empty.session.close();
    expect(pictures.every(({ closed }) => closed === 1)).toBe(true);
  });

  test('the person is told by the client itself, and the node’s next word replaces it without flicker', async () => {
    let isThere = false;
    const { session, told } = await live({ presence: { look: () => Promise.resolve(isThere) } });
    await play(session, 400, { face: undefined });
    expect(told.hint).toEqual([[{ code: 'no-face' }]]);
    isThere = true;
    await play(session, 400, { hint: { code: 'come-closer' } });
    expect(told.hint.length).toBe(1);
    await play(session, 1000, { hint: { code: 'come-closer' } });
    expect(told.hint).toEqual([[{ code: 'no-face' }], [{ code: 'come-closer' }]]);
  });

  test('a picture stays open while it is looked at, and a check that fails holds nothing back', async () => {
    let release: (seen: boolean) => void = () => {};
    const { session } = await live({
      presence: {
        look: () =>
          new Promise((resolve) => {
            release = resolve;
          }),
      },
    });
    const looked = await show(session);
    expect(sent('frame').length).toBe(1);
    session.pause();
    expect(looked.closed).toBe(0);
    release(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(looked.closed).toBe(1);
    session.close();

    sockets = [];
    const failing = await live({ presence: { look: () => Promise.reject(new Error('gone')) } });
    await play(failing.session, 2000, {});
    expect(sent('frame').length).toBeGreaterThan(25);
  });

  test.each(['body-front', 'body-side:strict', 'reference-card'] as const)(
    'a check that sees no face holds no frame of %s back, and is not asked',
    async (profile) => {
      let asked = 0;
      const look = () => {
        asked++;
        return Promise.resolve(false);
      };
      const { session, told } = await live({ profile, presence: { look } });
      await play(session, 4000, { face: undefined, hint: { code: 'step-back' } });
      expect(sent('frame').length).toBeGreaterThan(50);
      // Nor are they made small, as of an empty room.
      expect(pictures.flatMap((shown) => shown.asked).every(({ maxEdge }) => maxEdge >= 320)).toBe(true);
      expect(asked).toBe(0);
      expect(told.hint).toEqual([[{ code: 'step-back' }]]);
    },
  );

  test('a check that looks for bodies holds an empty room back, for a body only', async () => {
    let isThere = false;
    const presence = { subject: 'body', look: () => Promise.resolve(isThere) } as const;
    const { session, told } = await live({ profile: 'body-front', presence });
    await play(session, 4000, { face: undefined });
    const ofNobody = session.sent.frames;
    expect(ofNobody).toBeLessThan(10);
    expect(told.hint).toEqual([[{ code: 'no-body' }]]);
    isThere = true;
    await play(session, 4000, { face: undefined, body: { box: face.box }, hint: { code: 'step-back' } });
    const ofSomebody = session.sent.frames - ofNobody;
    expect(ofSomebody).toBeGreaterThan(45);
    // The node sees a body where the check sees none.
    isThere = false;
    await play(session, 4000, { face: undefined, body: { box: face.box }, hint: { code: 'step-back' } });
    expect(session.sent.frames - ofNobody - ofSomebody).toBeGreaterThan(35);
    session.close();

    sockets = [];
    isThere = false;
    const ofFace = await live({ presence });
    await play(ofFace.session, 2000, {});
    expect(sent('frame').length).toBeGreaterThan(25);
  });
});

test('after close nothing is told, nothing is open and no timer is left', async () => {
  const { session, order } = await live({ presence: { look: () => Promise.resolve(false) } });
  await show(session);
  sockets[0]!.say(answer(1, { hint: { code: 'come-closer' } }));
  session.offer(picture());
  const before = order.length;
  session.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([order.length, session.state, vi.getTimerCount()]).toEqual([before, 'closed', 0]);
  expect(pictures.every(({ closed }) => closed === 1)).toBe(true);
  expect(sent('bye').length).toBe(1);
});

test('says what is in force, and that a device without a network waits for one', async () => {
  let isOnline = true;
  const network = { online: () => isOnline, onOnline: () => () => {} };
  const { session, told, settings } = await live({ network });
  expect(settings).toEqual({ sessionId: 's1', node: 'a', profile: 'face-skin', thresholds: {}, models: [] });
  isOnline = false;
  sockets[0]!.lose(1006);
  expect(told.state.at(-1)).toMatchObject(['reconnecting', { code: 'device-offline' }]);
  session.close();
});
