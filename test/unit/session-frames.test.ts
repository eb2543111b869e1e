import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../src/edge/session/events.ts';
import { brief, briefs, effectsOf, openSession, TEST_SETTINGS } from '../support/session-script.ts';
import { analysisOf, resultOf } from '../support/stub-coach.ts';

const START: SessionEvent = { type: 'slot-granted' };
const judged = (seq: number): SessionEvent => ({ type: 'frame-analysed', seq, result: resultOf('adjust') });

describe('frames', () => {
  test.each([
    [[1, 1], 1],
    [[2, 1], 1],
    [[5, 6, 3], 3],
  ])('FR1 FR4 of %j the last is refused by its seq', (seqs, refused) => {
    const script = openSession();
    let effects = script.frame(seqs[0]!);
    for (const seq of seqs.slice(1)) effects = script.frame(seq);
    const refusal = { type: 'error', code: 'seq-not-increasing', seq: refused };
    expect(effects).toMatchObject([{ type: 'send', message: refusal }]);
  });

  test('FR2 FR4 the fourth unanswered frame is refused, and its seq can be used again', () => {
    const script = openSession();
    script.frame(1);
    script.on(START);
    script.frame(2);
    script.frame(3);
    const before = script.state();
    const refusal = { type: 'error', code: 'too-many-in-flight', seq: 4, retryable: true };
    expect(script.frame(4)).toMatchObject([{ message: refusal }]);
    expect(script.state()).toEqual({ ...before, badMessages: 1 });
    script.on(judged(1));
    expect(briefs(script.frame(4))).toEqual(['feedback 3 skipped']);
  });

  test('FR6 FR4 frames beyond the highest rate are refused, and a pause makes up for them', () => {
    const script = openSession();
    const { maxFps } = TEST_SETTINGS.limits;
    let seq = 0;
    const send = () => {
      const effects = script.frame(seq + 1);
      const isRefused = effects.some((effect) => effect.type === 'send' && effect.message.type === 'error');
      if (isRefused) return brief(effectsOf(effects, 'send')[0]!.message);
      seq++;
      script.on(START);
      script.on(judged(seq));
      return 'accepted';
    };
    const firstRefused = Array.from({ length: Math.ceil(maxFps * 1.1) + 5 }, send).indexOf(
      'error rate-limited',
    );
    expect(firstRefused).toBeGreaterThanOrEqual(maxFps);
    expect(firstRefused).toBeLessThanOrEqual(maxFps * 1.1 + 2);
    script.nowMs += 100;
    expect(send()).toBe('accepted');
  });

  test('FR6 a client at just the highest rate is never refused', () => {
    const script = openSession();
    const { maxFps } = TEST_SETTINGS.limits;
    for (let seq = 1; seq <= maxFps * 20; seq++) {
      script.nowMs += 1000 / (maxFps * 1.05);
      const sent = effectsOf(script.frame(seq), 'send').map(({ message }) => brief(message));
      expect(sent.filter((message) => message.startsWith('error'))).toEqual([]);
      script.on(START);
      script.on(judged(seq));
    }
  });

  test('FR3 FR4 a frame above the limit is refused', () => {
    const script = openSession();
    const { maxFrameBytes } = TEST_SETTINGS.limits;
    const effects = script.frame(1, maxFrameBytes + 1);
    expect(effects).toMatchObject([{ message: { type: 'error', code: 'payload-too-large', seq: 1 } }]);
    expect(effectsOf(script.frame(1, maxFrameBytes), 'offer-frame')).toHaveLength(1);
  });

  test('FR3 a frame whose message holds more than the frame is refused: all of it would stay in memory', () => {
    const script = openSession();
    const { maxFrameBytes } = TEST_SETTINGS.limits;
    const data = new Uint8Array(maxFrameBytes * 2).subarray(0, 10);
    const shape = { width: 100, height: 80, format: 'jpeg', data } as const;
    const effects = script.receive({ type: 'frame', seq: 1, capturedAtMs: 5000, ...shape });
    expect(effects).toMatchObject([{ message: { type: 'error', code: 'payload-too-large', seq: 1 } }]);
  });

  test('FR5 one is in work, and a slot takes the newest of those that came', () => {
    const script = openSession();
    script.frame(1);
    expect(effectsOf(script.on(START), 'analyse-frame')[0]!.seq).toBe(1);
    expect(script.on(START)).toEqual([]);
    script.frame(2);
    script.frame(3);
    expect(script.on(START)).toEqual([]);
    script.on(judged(1));
    const [started] = effectsOf(script.on(START), 'analyse-frame');
    expect(started!.seq).toBe(3);
    expect(started!.job.declared).toEqual({ format: 'jpeg', width: 100, height: 80 });
    expect(started!.job.data[0]).toBe(3);
  });
});

describe('feedback', () => {
  test('FB3 with nothing in work, an overtaken frame is answered at once', () => {
    const script = openSession();
    expect(briefs(script.frame(1))).toEqual([]);
    expect(briefs(script.frame(2))).toEqual(['feedback 1 skipped']);
  });

  test('FB1 FB2 FB3 behind one in work, it is answered right after that one', () => {
    const script = openSession();
    script.frame(1);
    script.on(START);
    script.frame(2);
    expect(briefs(script.frame(3))).toEqual([]);
    expect(briefs(script.on(judged(1)))).toEqual(['feedback 1 adjust', 'feedback 2 skipped']);
    script.on(START);
    expect(briefs(script.on(judged(3)))).toEqual(['feedback 3 adjust']);
  });

  test('FB1 what is answered is recorded, once', () => {
    const script = openSession();
    script.nowMs += 0.4;
    script.frame(1);
    script.nowMs += 5;
    script.on(START);
    script.nowMs += 7;
    const effects = script.on(judged(1));
    const { record } = effectsOf(effects, 'record-frame')[0]!;
    expect(record).toMatchObject({
      sessionId: 'session-1',
      seq: 1,
      node: 'node-a',
      profile: 'face-skin',
      level: 'moderate',
      capturedAtMs: 5001,
      receivedAtMs: 1_000_000,
      verdict: 'adjust',
      hint: 'turn-left',
      errorCode: null,
      frameBytes: 10,
      timing: { queueMs: 5, decodeMs: 1, inferMs: 3, totalMs: 12 },
      models: TEST_SETTINGS.models.face,
    });
    expect(script.on(judged(1))).toEqual([]);
  });

  test('FB4 a frame that cannot be analysed is answered, and the dwell stays', () => {
    const script = openSession();
    script.judge(1, 'pass');
    script.frame(2);
    script.on(START);
    const failure = { code: 'image-corrupt', message: 'truncated', retryable: false } as const;
    script.on({ type: 'frame-failed', seq: 2, failure });
    expect(script.sent.at(-1)).toMatchObject({
      type: 'feedback',
      seq: 2,
      verdict: 'error',
      error: { code: 'image-corrupt', message: 'truncated' },
      dwell: 1 / 3,
    });
    script.judge(3, 'pass');
    expect(script.sent.at(-1)).toMatchObject({ seq: 3, dwell: 2 / 3 });
  });

  test('FB5 the face is told in the pixels that were declared', () => {
    const script = openSession();
    script.frame(1);
    script.on(START);
    const analysis = analysisOf('adjust', 50, { width: 50, height: 40 });
    script.on({ type: 'frame-analysed', seq: 1, result: { ...resultOf('adjust'), analysis } });
    expect(script.sent.at(-1)).toMatchObject({ face: { box: { x: 20, y: 40, width: 60, height: 80 } } });
  });

  test('a clock that is set back makes no negative time', () => {
    const script = openSession();
    script.frame(1);
    script.nowMs -= 1000;
    script.on(START);
    script.on(judged(1));
    expect(script.sent.at(-1)).toMatchObject({ timing: { queueMs: 0, totalMs: 0 } });
  });
});

describe('a client that does not read', () => {
  test('CL1 too much unread output closes', () => {
    const script = openSession();
    expect(script.on({ type: 'backpressure', bufferedBytes: 1024 * 1024 }).map(({ type }) => type)).toEqual([
      'set-timer',
    ]);
    const effects = script.on({ type: 'backpressure', bufferedBytes: 1024 * 1024 + 1 });
    expect(effectsOf(effects, 'close')).toEqual([{ type: 'close', reason: 'too-slow' }]);
    expect(effectsOf(effects, 'save')).toHaveLength(1);
  });

  test('CL1 output unread for too long closes, and reading in time does not', () => {
    const script = openSession();
    script.on({ type: 'backpressure', bufferedBytes: 10 });
    expect(effectsOf(script.on({ type: 'drained' }), 'clear-timer')).toEqual([
      { type: 'clear-timer', name: 'slow' },
    ]);
    expect(script.on({ type: 'backpressure', bufferedBytes: 10 })).toEqual([
      { type: 'set-timer', name: 'slow', delayMs: 10_000 },
    ]);
    expect(effectsOf(script.on({ type: 'timer', name: 'slow' }), 'close')).toEqual([
      { type: 'close', reason: 'too-slow' },
    ]);
  });

  test('CL1 a dropped message closes', () => {
    const effects = openSession().on({ type: 'send-dropped' });
    expect(effectsOf(effects, 'close')).toEqual([{ type: 'close', reason: 'too-slow' }]);
  });
});

test('PC1 a pace is passed on', () => {
  const script = openSession();
  script.on({ type: 'pace-changed', pace: { maxFps: 5, quality: 80, maxEdge: 512 } });
  expect(script.sent.map(brief)).toEqual(['welcome', 'pace']);
});
