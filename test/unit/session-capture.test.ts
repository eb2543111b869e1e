import { describe, expect, test } from 'vitest';
import { heldBytes } from '../../src/edge/session/holdings.ts';
import type { ResultRecord } from '../../src/protocol/records.ts';
import { resultRecord } from '../support/bus-records.ts';
import {
  brief,
  briefs,
  effectsOf,
  openSession,
  requestedCapture,
  TEST_SETTINGS,
} from '../support/session-script.ts';
import { resultOf, stubCoach } from '../support/stub-coach.ts';

const ACK = { stream: 'CAPTURES', streamSeq: 7 };
const RETRYABLE = { code: 'bus-unavailable', message: 'no ack', retryable: true } as const;
const FINAL = { code: 'payload-too-large', message: 'too big', retryable: false } as const;

/** A capture whose still has passed and is being published. */
function publishing() {
  const { script, captureId } = requestedCapture();
  script.still(captureId);
  const effects = script.on({ type: 'still-analysed', captureId, result: resultOf('pass', 95) });
  return { script, captureId, effects };
}

describe('asking for a capture', () => {
  test('CA1 the request follows the feedback and names the best frame', () => {
    const { script, captureId } = requestedCapture();
    expect(script.sent.map(brief).slice(-2)).toEqual(['feedback 3 pass', `capture-request ${captureId}`]);
    expect(script.sent.at(-1)).toMatchObject({ seq: 2, deadlineMs: 5000, maxWidth: 4096, maxHeight: 4096 });
  });

  test('CA1 frames go on being answered meanwhile, and ask for nothing more', () => {
    const { script } = requestedCapture();
    expect(briefs(script.judge(4, 'pass'))).toEqual(['feedback 4 pass']);
  });
});

describe('the still', () => {
  test('CA2 captured comes after the acknowledgement only', () => {
    const { script, captureId, effects } = publishing();
    expect(briefs(effects)).toEqual([]);
    const { draft, data } = effectsOf(effects, 'publish')[0]!;
    expect(draft).toMatchObject({
      captureId,
      sessionId: 'session-1',
      subject: 'sam',
      trigger: 'auto',
      source: 'still',
      seq: 2,
      capturedAtMs: 5002,
      width: 1000,
      height: 800,
      imageBytes: 20,
      quality: 95,
      thresholds: { yaw: { min: -10, max: 10 } },
    });
    expect(data.length).toBe(20);
    const acked = script.on({ type: 'publish-acked', captureId, ack: ACK });
    expect(briefs(acked)).toEqual([`captured ${captureId}`]);
    expect(script.sent.at(-1)).toMatchObject({ type: 'captured', captureId, ...ACK });
    expect(heldBytes(script.state())).toBe(0);
  });

  test.each([
    ['face-skin', ['face-quality', 'skin', 'face-contours']],
    ['face-contour', ['face-quality', 'face-contours']],
  ] as const)(
    'CA15 captured of %s names the results that follow, also when it is told again',
    (name, kinds) => {
      const profile = { ...stubCoach.profile('face-skin', undefined), name };
      const coach = { ...stubCoach, profile: () => profile };
      const { script, captureId } = requestedCapture({ ...TEST_SETTINGS, coach });
      script.still(captureId);
      script.on({ type: 'still-analysed', captureId, result: resultOf('pass', 95) });
      script.on({ type: 'publish-acked', captureId, ack: ACK });
      const captured = { type: 'captured', captureId, ...ACK, resultKinds: kinds };
      expect(script.sent.at(-1)).toEqual(captured);
      script.still(captureId);
      expect(script.sent.at(-1)).toEqual(captured);
    },
  );

  test('CA2 an acknowledgement of something else is none', () => {
    const { script } = publishing();
    expect(script.on({ type: 'publish-acked', captureId: 'other', ack: ACK })).toEqual([]);
  });

  test('CA3 CA4 the same capture is published again after each pause', () => {
    const { script, captureId, effects } = publishing();
    const [first] = effectsOf(effects, 'publish');
    for (const delayMs of TEST_SETTINGS.timing.publishBackoffMs) {
      const failed = script.on({ type: 'publish-failed', captureId, failure: RETRYABLE });
      expect(failed).toEqual([{ type: 'set-timer', name: 'publish', delayMs }]);
      expect(script.on({ type: 'timer', name: 'publish' })).toEqual([first]);
    }
    const givenUp = script.on({ type: 'publish-failed', captureId, failure: RETRYABLE });
    expect(script.sent.at(-1)).toMatchObject({ code: 'capture-failed', retryable: true, captureId });
    expect(effectsOf(givenUp, 'publish')).toEqual([]);
    expect(heldBytes(script.state())).toBe(0);
    for (const seq of [4, 5, 6]) script.judge(seq, 'pass');
    expect(script.sent.at(-1)).toMatchObject({ type: 'capture-request', seq: 4 });
  });

  test('CA4 what cannot succeed later is not tried again', () => {
    const { script, captureId } = publishing();
    const effects = script.on({ type: 'publish-failed', captureId, failure: FINAL });
    expect(briefs(effects)).toEqual(['error capture-failed']);
  });

  test('CA5 without a still the best frame is the capture', () => {
    const { script, captureId } = requestedCapture();
    const effects = script.on({ type: 'timer', name: 'still' });
    const { draft, data } = effectsOf(effects, 'publish')[0]!;
    expect(draft).toMatchObject({
      captureId,
      source: 'frame',
      seq: 2,
      quality: 90,
      width: 100,
      imageBytes: 10,
    });
    expect(data[0]).toBe(2);
    script.on({ type: 'publish-acked', captureId, ack: ACK });
    expect(script.sent.at(-1)).toMatchObject({ type: 'captured', captureId });
  });

  test('CA5 a still that came in time is judged after the deadline too', () => {
    const { script, captureId } = requestedCapture();
    script.still(captureId);
    expect(script.on({ type: 'timer', name: 'still' })).toEqual([]);
    const effects = script.on({ type: 'still-analysed', captureId, result: resultOf('pass') });
    expect(effectsOf(effects, 'publish')[0]!.draft.source).toBe('still');
  });

  test('CA6 a still that does not pass is rejected, and a new dwell begins', () => {
    const { script, captureId } = requestedCapture();
    script.still(captureId);
    script.on({ type: 'still-analysed', captureId, result: resultOf('adjust') });
    expect(script.sent.at(-1)).toMatchObject({ type: 'rejected', captureId, hint: { code: 'turn-left' } });
    expect(heldBytes(script.state())).toBe(0);
    expect(briefs(script.judge(4, 'pass'))).toEqual(['feedback 4 pass']);
    script.judge(5, 'pass');
    expect(briefs(script.judge(6, 'pass')).at(-1)).toMatch(/^capture-request/);
  });

  test('CA7 a still that nobody asked for is refused', () => {
    expect(briefs(openSession().still('made-up'))).toEqual(['error capture-unknown']);
    const { script } = requestedCapture();
    expect(briefs(script.still('made-up'))).toEqual(['error capture-unknown']);
  });

  test('CA7 one that was late for a capture that ended is no offence', () => {
    const { script, captureId } = publishing();
    script.on({ type: 'publish-failed', captureId, failure: FINAL });
    script.still(captureId);
    expect(script.sent.at(-1)).toMatchObject({ code: 'capture-unknown', captureId });
    expect(script.state()).toMatchObject({ badMessages: 0 });
  });

  test('CA8 a repeat is not worked on twice, and is told the outcome', () => {
    const { script, captureId } = requestedCapture();
    expect(effectsOf(script.still(captureId), 'analyse-still')).toHaveLength(1);
    expect(script.still(captureId)).toEqual([]);
    script.on({ type: 'still-analysed', captureId, result: resultOf('pass') });
    expect(script.still(captureId)).toEqual([]);
    script.on({ type: 'publish-acked', captureId, ack: ACK });
    expect(briefs(script.still(captureId))).toEqual([`captured ${captureId}`]);
  });

  test('CA11 after one that cannot be decoded another may come', () => {
    const { script, captureId } = requestedCapture();
    const failure = { code: 'image-corrupt', message: 'truncated', retryable: false } as const;
    script.still(captureId);
    script.on({ type: 'still-failed', captureId, failure });
    expect(script.sent.at(-1)).toMatchObject({ type: 'error', code: 'image-corrupt', captureId });
    expect(effectsOf(script.still(captureId), 'analyse-still')).toHaveLength(1);
    script.nowMs += 6000;
    const late = script.on({ type: 'still-failed', captureId, failure });
    expect(effectsOf(late, 'publish')[0]!.draft.source).toBe('frame');
  });

  test('CA13 a still above the limit is refused', () => {
    const { script, captureId } = requestedCapture();
    script.still(captureId, TEST_SETTINGS.limits.maxStillBytes + 1);
    expect(script.sent.at(-1)).toMatchObject({ code: 'payload-too-large', captureId });
    expect(script.state()).toMatchObject({ capture: { phase: 'requested' } });
  });
});

describe('the button', () => {
  test.each([
    ['pass', true],
    ['adjust', true],
    ['fail', false],
    ['no-face', false],
  ] as const)('CA9 after a frame that is %s: %s', (look, allowed) => {
    const script = openSession();
    script.judge(1, look);
    const said = briefs(script.receive({ type: 'capture', seq: 1 }));
    expect(said[0]).toMatch(allowed ? /^capture-request/ : /^error capture-refused/);
  });

  test('CA9 before any frame it is refused', () => {
    expect(briefs(openSession().receive({ type: 'capture', seq: 1 }))).toEqual(['error capture-refused']);
  });

  test.each([
    ['adjust', 'publish'],
    ['fail', 'rejected'],
  ] as const)('CA9 its still may be %s: %s', (look, outcome) => {
    const script = openSession();
    script.judge(1, 'adjust');
    script.receive({ type: 'capture', seq: 1 });
    const request = script.sent.at(-1);
    const captureId = request?.type === 'capture-request' ? request.captureId : '';
    script.still(captureId);
    const effects = script.on({ type: 'still-analysed', captureId, result: resultOf(look) });
    if (outcome === 'publish') expect(effectsOf(effects, 'publish')[0]!.draft.trigger).toBe('manual');
    else expect(briefs(effects)).toEqual([`rejected ${captureId}`]);
  });

  test('CA9 while a capture is under way it changes nothing', () => {
    const { script } = requestedCapture();
    expect(script.receive({ type: 'capture', seq: 3 })).toEqual([]);
  });

  test('CA10 after a capture dwells pause, the button does not', () => {
    const { script, captureId } = publishing();
    script.on({ type: 'publish-acked', captureId, ack: ACK });
    for (let seq = 4; seq < 12; seq++) expect(briefs(script.judge(seq, 'pass'))).toHaveLength(1);
    script.nowMs += 3000;
    script.judge(12, 'pass');
    script.judge(13, 'pass');
    expect(briefs(script.judge(14, 'pass')).at(-1)).toMatch(/^capture-request/);

    const pressed = publishing();
    pressed.script.on({ type: 'publish-acked', captureId: pressed.captureId, ack: ACK });
    pressed.script.judge(4, 'pass');
    expect(briefs(pressed.script.receive({ type: 'capture', seq: 4 }))[0]).toMatch(/^capture-request/);
  });
});

describe('results', () => {
  const record = (change: Partial<ResultRecord>) =>
    ({
      captureId: 'c1',
      sessionId: 'session-1',
      kind: 'face-quality',
      status: 'done',
      result: { score: 1 },
      error: null,
      ...change,
    }) as ResultRecord;

  test('RE1 a result goes out once, another kind of it too', () => {
    const script = openSession();
    const said = [record({}), record({}), record({ kind: 'skin' }), record({ sessionId: 'other' })].flatMap(
      (result) => briefs(script.on({ type: 'result', record: result })),
    );
    expect(said).toEqual(['result c1/face-quality', 'result c1/skin']);
  });

  test('RE4 in any order, one that failed among them, and the session goes on', () => {
    const { script, captureId } = publishing();
    script.on({ type: 'publish-acked', captureId, ack: ACK });
    const error = { code: 'analysis-failed', message: 'no face' };
    const effects = [
      record({ captureId, kind: 'face-contours' }),
      record({ captureId, kind: 'skin', status: 'failed', result: null, error }),
      record({ captureId }),
    ].flatMap((result) => script.on({ type: 'result', record: result }));
    expect(briefs(effects)).toEqual(
      ['face-contours', 'skin', 'face-quality'].map((kind) => `result ${captureId}/${kind}`),
    );
    expect(effects.some(({ type }) => type === 'close' || type === 'end')).toBe(false);
    expect(briefs(script.judge(4, 'pass'))).toEqual(['feedback 4 pass']);
  });

  test('RE2 a failed analysis is told with its reason', () => {
    const script = openSession();
    const error = { code: 'analysis-failed', message: 'no face' };
    script.on({ type: 'result', record: record({ status: 'failed', result: null, error }) });
    expect(script.sent.at(-1)).toMatchObject({ type: 'result', status: 'failed', result: error });
  });

  test('RE3 a result names analyzer, models, thresholds and image', () => {
    const script = openSession();
    const { provenance } = resultRecord('c1');
    script.on({ type: 'result', record: record({ provenance }) });
    expect(script.sent.at(-1)).toMatchObject({ type: 'result', provenance });
    expect(provenance).toMatchObject({ analyzer: expect.any(String), imageSha256: expect.any(String) });
  });
});
