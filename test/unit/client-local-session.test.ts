import { describe, expect, test } from 'vitest';
import type { TakenCapture } from '../../client/sdk/guided-session.ts';
import { STILL_DEADLINE_MS } from '../../client/sdk/local/local-capture.ts';
import { createLocalSession, type LocalSessionOptions } from '../../client/sdk/local/local-session.ts';
import type { EncodedPicture, Picture } from '../../client/sdk/picture.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import type { Feedback } from '../../src/protocol/messages.ts';
import type { FrameAnalysis } from '../../src/vision/types.ts';
import { bodyFrame } from '../support/body-analysis.ts';
import { frameAnalysis } from '../support/frame-analysis.ts';

const GOOD = frameAnalysis();
const TURNED = frameAnalysis({ face: { pose: { yawDeg: 18 } } });
const NOBODY = frameAnalysis({ face: null });
const STILL: EncodedPicture = { data: new Uint8Array([1]), width: 960, height: 1280, format: 'jpeg' };
/** Slower than the session's own limit, faster than a dwell forgets. */
const STEP_MS = 100;

interface FakePicture extends Picture {
  readonly name: number;
}

type Told = [name: string, detail: unknown];

/** A session whose clock, detector and camera the test holds. */
async function guided(options: Partial<LocalSessionOptions> = {}) {
  let nowMs = 1_000_000;
  let answer: () => Promise<FrameAnalysis> = async () => GOOD;
  let stillAnswer: () => Promise<FrameAnalysis> = async () => GOOD;
  let still: () => Promise<EncodedPicture> = async () => STILL;
  const timers = new Set<{ atMs: number; handler: () => void }>();
  const open = new Set<number>();
  const stillsOf: number[] = [];
  const told: Told[] = [];
  let lastName = 0;
  let lastId = 0;

  const session = createLocalSession<FakePicture>(
    {
      models: [],
      analyse: () => answer(),
      analyseStill: () => stillAnswer(),
      now: () => nowMs,
      newId: () => `id-${++lastId}`,
      setTimer(delayMs, handler) {
        const timer = { atMs: nowMs + delayMs, handler };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
    { profile: 'face-skin', ...options },
  );
  for (const name of [
    'state',
    'feedback',
    'hint',
    'dwell',
    'captureRequest',
    'captured',
    'rejected',
    'result',
    'error',
  ] as const) {
    session.on(name, (detail: unknown) => told.push([name, detail]));
  }

  function picture(): FakePicture {
    const name = ++lastName;
    open.add(name);
    return {
      name,
      capturedAtMs: nowMs,
      frame: async () => ({ ...STILL, format: 'jpeg' }),
      still() {
        stillsOf.push(name);
        return still();
      },
      close() {
        // Twice would be an error as well.
        if (!open.delete(name)) throw new Error(`picture ${name} was closed before`);
      },
    };
  }

  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const driver = {
    session,
    told,
    open,
    stillsOf,
    see: (analysis: FrameAnalysis) => {
      answer = async () => analysis;
    },
    seeWith: (next: () => Promise<FrameAnalysis>) => {
      answer = next;
    },
    seeInStill: (next: () => Promise<FrameAnalysis>) => {
      stillAnswer = next;
    },
    giveStill: (next: () => Promise<EncodedPicture>) => {
      still = next;
    },
    offer: () => session.offer(picture()),
    settle,
    async pass(durationMs: number) {
      nowMs += durationMs;
      for (const timer of [...timers]) if (timer.atMs <= nowMs && timers.delete(timer)) timer.handler();
      await settle();
    },
    async frames(count: number) {
      for (let i = 0; i < count; i++) {
        session.offer(picture());
        await driver.pass(STEP_MS);
      }
    },
    names: () => told.map(([name]) => name).filter((name) => !['feedback', 'dwell', 'hint'].includes(name)),
    of: <T>(name: string) => told.filter(([told]) => told === name).map(([, detail]) => detail as T),
  };
  await session.connect();
  return driver;
}

describe('a session on this device', () => {
  test('refuses what a node would refuse (HS5)', async () => {
    await expect(guided({ profile: 'face-nothing' })).rejects.toMatchObject({ code: 'profile-unknown' });
    await expect(guided({ thresholds: { yaw: { max: 90 } } })).rejects.toMatchObject({
      code: 'thresholds-invalid',
    });
  });

  test('says what is in force (HS6)', async () => {
    const { session } = await guided({ profile: 'face-skin:strict' });
    expect(session.settings).toMatchObject({ node: 'this-device', profile: 'face-skin:strict' });
    expect(session.settings?.thresholds.yaw).toBeDefined();
    expect(session.state).toBe('live');
  });

  test('gives one feedback a picture, in order, with growing seq (FB1, FB2)', async () => {
    const driver = await guided();
    driver.see(TURNED);
    await driver.frames(4);
    const feedbacks = driver.of<Feedback>('feedback');
    expect(feedbacks.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(feedbacks[0]).toMatchObject({
      verdict: 'adjust',
      hint: { code: expect.stringMatching(/^turn-/) },
    });
    expect(feedbacks[0]!.face!.yawDeg).toBeCloseTo(18, 1);
    expect(driver.of('hint')).toHaveLength(1);
  });

  test('takes one picture at a time and closes all others at once', async () => {
    const driver = await guided();
    driver.seeWith(() => new Promise(() => {}));
    expect(driver.session.wantsPicture()).toBe(true);
    driver.offer();
    await driver.pass(1000);
    expect(driver.session.wantsPicture()).toBe(false);
    driver.offer();
    driver.offer();
    expect([...driver.open]).toEqual([1]);
  });

  test('a picture that cannot be read is answered, and guidance goes on (FB4)', async () => {
    const driver = await guided();
    driver.seeWith(() => Promise.reject(new FramegateError('internal', 'closed')));
    await driver.frames(1);
    expect(driver.of<Feedback>('feedback')[0]).toMatchObject({
      verdict: 'error',
      error: { code: 'internal' },
    });
    driver.see(GOOD);
    await driver.frames(1);
    expect(driver.of<Feedback>('feedback')[1]).toMatchObject({ verdict: 'pass', seq: 2 });
    expect(driver.session.state).toBe('live');
  });

  test('ends with its detector', async () => {
    const driver = await guided();
    driver.seeWith(() => Promise.reject(new FramegateError('detector-unavailable', 'crashed')));
    await driver.frames(1);
    expect(driver.session.state).toBe('closed');
    expect(driver.told.at(-1)).toEqual(['state', 'closed']);
    expect(driver.open.size).toBe(0);
  });

  test('a dwell leads to a capture of its best picture, with what is known of it (CA1)', async () => {
    const driver = await guided();
    await driver.frames(10);
    expect(driver.names()).toEqual(['state', 'captureRequest', 'captured', 'result']);
    const [request] = driver.of<{ seq: number; captureId: string }>('captureRequest');
    expect(driver.stillsOf).toEqual([request!.seq]);
    const [capture] = driver.of<TakenCapture>('captured');
    expect(capture).toEqual({ captureId: request!.captureId, still: STILL, receipt: null });
    const [result] = driver.of<{ kind: string; result: Record<string, unknown> }>('result');
    expect(result).toMatchObject({
      kind: 'live-check',
      status: 'done',
      captureId: request!.captureId,
      result: { schema: 'framegate.live-check/1', image: { width: 960, height: 1280 }, verdict: 'pass' },
    });
    // In pixels of the still, which is twice as large as what was looked at.
    const { box, landmarks } = result!.result.face as {
      box: { x: number; width: number };
      landmarks: number[];
    };
    expect(landmarks).toHaveLength(468 * 2);
    const xs = landmarks.filter((_, i) => i % 2 === 0);
    expect(Math.min(...xs)).toBeCloseTo(box.x, 0);
    expect(box.width).toBeCloseTo(2 * GOOD.face!.box.width, 0);
  });

  test('guides a body as a face, and says of its capture where the body is', async () => {
    const driver = await guided({ profile: 'body-front' });
    const [good, nobody] = [bodyFrame(), bodyFrame(null)];
    driver.see(nobody);
    await driver.frames(1);
    expect(driver.of<Feedback>('feedback')[0]).toMatchObject({ hint: { code: 'no-body' } });
    driver.see(good);
    driver.seeInStill(async () => good);
    await driver.frames(20);
    const { body, face } = driver.of<Feedback>('feedback').at(-1)!;
    expect({ face, width: body?.box.width }).toEqual({
      face: undefined,
      width: expect.closeTo(good.body!.box.width, 0),
    });
    expect(driver.names()).toEqual(['state', 'captureRequest', 'captured', 'result']);
    const [{ result }] = driver.of<{ result: Record<string, unknown> }>('result') as [
      { result: Record<string, unknown> },
    ];
    expect(result).toMatchObject({ verdict: 'pass', face: null, faceCount: 0, bodyCount: 1 });
    // In pixels of the still.
    const told = result.body as { box: { height: number }; landmarks: number[] };
    expect(told.landmarks).toHaveLength(33 * 2);
    expect(told.box.height).toBeCloseTo((good.body!.box.height * STILL.width) / good.width, 0);
  });

  test('of a face it says nothing of bodies', async () => {
    const driver = await guided();
    await driver.frames(10);
    const [result] = driver.of<{ result: Record<string, unknown> }>('result');
    expect(Object.keys(result!.result)).not.toContain('body');
  });

  test('gives every picture back', async () => {
    const driver = await guided();
    await driver.frames(30);
    driver.see(TURNED);
    await driver.frames(5);
    driver.see(NOBODY);
    await driver.frames(2);
    expect(driver.open.size).toBe(0);
    driver.see(GOOD);
    await driver.frames(3);
    expect(driver.open.size).toBe(1);
    driver.session.close();
    expect(driver.open.size).toBe(0);
  });

  test('a still that does not pass is rejected, and a new dwell begins (CA6)', async () => {
    const driver = await guided();
    driver.seeInStill(async () => TURNED);
    await driver.frames(10);
    expect(driver.names()).toEqual(['state', 'captureRequest', 'rejected']);
    expect(driver.of('rejected')[0]).toMatchObject({ hint: { code: expect.stringMatching(/^turn-/) } });
    await driver.frames(4);
    expect(driver.names()).toHaveLength(3);
    await driver.frames(7);
    expect(driver.names().slice(3)).toEqual(['captureRequest', 'rejected']);
  });

  test('capture is refused without a face or with a check far off, and taken with one that is slightly off (CA9)', async () => {
    const driver = await guided();
    driver.see(NOBODY);
    await driver.frames(1);
    driver.session.capture();
    expect(driver.of('error')[0]).toMatchObject({ code: 'capture-refused' });
    const slightly = frameAnalysis({ face: { pose: { yawDeg: 12 } } });
    driver.see(slightly);
    driver.seeInStill(async () => slightly);
    await driver.frames(1);
    expect(
      driver
        .of<Feedback>('feedback')
        .at(-1)!
        .checks.map(({ status }) => status),
    ).toContain('adjust');
    driver.session.capture();
    driver.session.capture();
    await driver.settle();
    expect(driver.names().slice(2)).toEqual(['captureRequest', 'captured', 'result']);
    expect(driver.of<{ result: { verdict: string } }>('result')[0]!.result.verdict).toBe('adjust');
  });

  test('for 3 s after a capture no dwell leads to one; a press does (CA10)', async () => {
    const driver = await guided();
    await driver.frames(10);
    expect(driver.of('captured')).toHaveLength(1);
    await driver.frames(20);
    expect(driver.of('captured')).toHaveLength(1);
    driver.session.capture();
    await driver.settle();
    expect(driver.of('captured')).toHaveLength(2);
    await driver.frames(45);
    expect(driver.of('captured')).toHaveLength(3);
  });

  test('without a still in time the capture fails, and another dwell begins', async () => {
    const driver = await guided();
    driver.giveStill(() => new Promise(() => {}));
    await driver.frames(10);
    expect(driver.session.wantsPicture()).toBe(false);
    await driver.pass(STILL_DEADLINE_MS);
    expect(driver.of('error')[0]).toMatchObject({ code: 'capture-failed', retryable: true });
    expect(driver.open.size).toBe(0);
    driver.giveStill(async () => STILL);
    await driver.frames(12);
    expect(driver.of('captured')).toHaveLength(1);
  });

  test('wants nothing while it is paused, and forgets what was in view', async () => {
    const driver = await guided();
    await driver.frames(3);
    driver.session.pause();
    expect(driver.session.wantsPicture()).toBe(false);
    expect(driver.open.size).toBe(0);
    expect(driver.of<number>('dwell').at(-1)).toBe(0);
    driver.session.capture();
    expect(driver.of('error')[0]).toMatchObject({ code: 'capture-refused' });
    await driver.pass(5000);
    driver.session.resume();
    await driver.frames(4);
    expect(driver.of('captured')).toHaveLength(0);
  });

  test('says nothing after it was closed, whatever was under way', async () => {
    const driver = await guided();
    let arrive: (analysis: FrameAnalysis) => void = () => {};
    driver.seeWith(() => new Promise((resolve) => (arrive = resolve)));
    driver.offer();
    const before = driver.told.length;
    driver.session.close();
    arrive(GOOD);
    await driver.settle();
    expect(driver.told).toHaveLength(before);
    expect(driver.open.size).toBe(0);
    expect(driver.session.state).toBe('closed');
  });

  test('can be opened again', async () => {
    const driver = await guided();
    driver.session.close();
    driver.told.length = 0;
    await driver.session.connect();
    await driver.frames(10);
    expect(driver.names()).toEqual(['state', 'captureRequest', 'captured', 'result']);
  });

  test('can be opened again while a capture of before is under way, which is forgotten', async () => {
    const driver = await guided();
    let give: (still: EncodedPicture) => void = () => {};
    driver.giveStill(() => new Promise((resolve) => (give = resolve)));
    await driver.frames(10);
    expect(driver.names()).toContain('captureRequest');
    driver.session.close();
    driver.told.length = 0;
    await driver.session.connect();
    give(STILL);
    await driver.settle();
    expect(driver.names()).toEqual(['state']);
    driver.giveStill(async () => STILL);
    await driver.frames(10);
    expect(driver.names()).toEqual(['state', 'captureRequest', 'captured', 'result']);
  });
});
