import { describe, expect, test } from 'vitest';
import { heldBytes } from '../../src/edge/session/holdings.ts';
import type { ResumeState } from '../../src/edge/session/resume-state.ts';
import {
  brief,
  briefs,
  createSessionScript,
  effectsOf,
  HELLO,
  openSession,
  requestedCapture,
  type SessionScript,
} from '../support/session-script.ts';
import { resultOf } from '../support/stub-coach.ts';

const ACK = { stream: 'CAPTURES', streamSeq: 7 };

/** Another node's connection that goes on with what was saved last. */
function resume(
  script: SessionScript,
  change: { profile?: string; lastSeq?: number; results?: string[] } = {},
) {
  const saved = effectsOf(script.effects, 'save').at(-1)!.state;
  return resumeFrom(JSON.parse(JSON.stringify(saved)) as ResumeState, change);
}

function resumeFrom(
  state: unknown,
  { profile = 'face-skin', lastSeq = 0, results }: { profile?: string; lastSeq?: number; results?: string[] },
) {
  const next = createSessionScript();
  next.nowMs += 1000;
  const named = results === undefined ? {} : { results };
  next.receive({
    ...HELLO,
    profile,
    resume: { sessionId: 'session-1', resumeToken: 'resume-1', lastSeq, ...named },
  });
  next.on({
    type: 'authenticated',
    subject: 'sam',
    expiresAtMs: null,
    sessionId: 'unused',
    resumeToken: 'unused',
  });
  next.on({ type: 'claimed', generation: 2, state });
  return next;
}

describe('the end of the token', () => {
  test('HS9 the session ends with its token, and goes on with a new one', () => {
    const script = createSessionScript();
    script.receive(HELLO);
    const expiresAtMs = script.nowMs + 60_000;
    const opened = script.on({
      type: 'authenticated',
      subject: 'sam',
      expiresAtMs,
      sessionId: 'session-1',
      resumeToken: 'resume-1',
    });
    expect(effectsOf(opened, 'set-timer')).toContainEqual({
      type: 'set-timer',
      name: 'token',
      delayMs: 60_000,
    });
    const effects = script.on({ type: 'timer', name: 'token' });
    expect(briefs(effects)).toEqual(['error token-expired']);
    expect(effectsOf(effects, 'close')).toEqual([{ type: 'close', reason: 'unauthorized' }]);
    expect(resume(script).sent.map(brief)[0]).toBe('welcome');
  });

  test('HS9 a token that holds for years needs no longer timer than there is', () => {
    const script = createSessionScript();
    script.receive(HELLO);
    const opened = script.on({
      type: 'authenticated',
      subject: 'sam',
      expiresAtMs: script.nowMs + 1e13,
      sessionId: 'session-1',
      resumeToken: 'resume-1',
    });
    const timer = effectsOf(opened, 'set-timer').find(({ name }) => name === 'token');
    expect(timer?.delayMs).toBe(2 ** 31 - 1);
  });
});

describe('losing the connection', () => {
  test('RS4 CL4 unanswered frames are recorded as skipped, and nothing is kept', () => {
    const script = openSession();
    script.frame(1);
    script.on({ type: 'slot-granted' });
    script.frame(2);
    script.frame(3);
    const effects = script.on({ type: 'connection-closed' });
    const records = effectsOf(effects, 'record-frame').map(({ record }) => `${record.seq} ${record.verdict}`);
    expect(records).toEqual(['1 skipped', '2 skipped', '3 skipped']);
    expect(effectsOf(effects, 'unsubscribe-results')).toHaveLength(1);
    expect(effectsOf(effects, 'end')).toEqual([{ type: 'end', reason: 'connection-lost' }]);
    expect(script.state()).toEqual({ phase: 'closed' });
    expect(script.on({ type: 'frame-analysed', seq: 1, result: resultOf('pass') })).toEqual([]);
  });

  test('CA12 a capture that passed is still handed over, and told to whoever resumes', () => {
    const { script, captureId } = requestedCapture();
    script.on({ type: 'timer', name: 'still' });
    script.on({ type: 'connection-closed' });
    expect(script.state().phase).toBe('detached');
    const effects = script.on({ type: 'publish-acked', captureId, ack: ACK });
    expect(briefs(effects)).toEqual([]);
    expect(effectsOf(effects, 'end')).toHaveLength(1);
    expect(heldBytes(script.state())).toBe(0);
    const { sent } = resume(script);
    expect(sent.map(brief)).toEqual(['welcome', `captured ${captureId}`]);
    expect(sent.at(-1)).toMatchObject({ resultKinds: ['face-quality', 'skin', 'face-contours'] });
  });

  test('CA12 it is retried without a client too, and given up in the end', () => {
    const { script, captureId } = requestedCapture();
    script.on({ type: 'timer', name: 'still' });
    script.on({ type: 'connection-closed' });
    const retryable = { code: 'bus-unavailable', message: '', retryable: true } as const;
    script.on({ type: 'publish-failed', captureId, failure: retryable });
    expect(effectsOf(script.on({ type: 'timer', name: 'publish' }), 'publish')).toHaveLength(1);
    script.on({ type: 'publish-failed', captureId, failure: { ...retryable, retryable: false } });
    expect(script.state()).toEqual({ phase: 'closed' });
    expect(resume(script).sent.map(brief)).toEqual(['welcome']);
  });
});

describe('resuming', () => {
  test('RS1 a frame that is overtaken right after the resume is told the dwell too', () => {
    const script = openSession();
    script.judge(1, 'pass');
    script.judge(2, 'pass');
    const { dwell } = script.sent.findLast((message) => message.type === 'feedback')!;
    expect(dwell).toBeGreaterThan(0);
    script.on({ type: 'connection-closed' });
    const next = resume(script);
    next.frame(3);
    next.frame(4);
    expect(next.sent.at(-1)).toMatchObject({ type: 'feedback', seq: 3, verdict: 'skipped', dwell });
  });

  test('RS1 the dwell goes on', () => {
    const script = openSession();
    script.judge(1, 'pass');
    script.judge(2, 'pass');
    script.on({ type: 'connection-closed' });
    const next = resume(script);
    expect(next.sent[0]).toMatchObject({
      type: 'welcome',
      sessionId: 'session-1',
      resumed: true,
      lastSeq: 2,
    });
    next.judge(3, 'pass');
    expect(next.sent.at(-2)).toMatchObject({ type: 'feedback', dwell: 1 });
    expect(next.sent.at(-1)).toMatchObject({ type: 'capture-request' });
  });

  test('RS2 another profile than the one that the session has is refused', () => {
    const script = openSession();
    const next = resume(script, { profile: 'face-skin:strict' });
    expect(next.sent.map(brief)).toEqual(['error resume-failed']);
    expect(effectsOf(next.effects, 'close')).toEqual([{ type: 'close', reason: 'resume-failed' }]);
  });

  test.each([null, 'text', {}, { version: 2 }])('RS2 a stored state that is %j is refused', (state) => {
    expect(resumeFrom(state, {}).sent.map(brief)).toEqual(['error resume-failed']);
  });

  test.each(['resume-failed', 'state-unavailable'] as const)(
    'RS2 %s closes; a new session may be opened',
    (code) => {
      const next = createSessionScript();
      next.receive({ ...HELLO, resume: { sessionId: 's', resumeToken: 'r', lastSeq: 0 } });
      next.on({
        type: 'authenticated',
        subject: 'sam',
        expiresAtMs: null,
        sessionId: 'unused',
        resumeToken: 'unused',
      });
      const failure = { code, message: '', retryable: code === 'state-unavailable' };
      const effects = next.on({ type: 'claim-failed', failure });
      expect(briefs(effects)).toEqual([`error ${code}`]);
      expect(effectsOf(effects, 'close')).toEqual([{ type: 'close', reason: 'resume-failed' }]);
    },
  );

  test('RS3 the older connection is closed, and its state saved first where it is asked for', () => {
    for (const flush of [true, false]) {
      const effects = openSession().on({ type: 'superseded', flush });
      expect(effectsOf(effects, 'close')).toEqual([{ type: 'close', reason: 'superseded' }]);
      expect(effectsOf(effects, 'save')).toHaveLength(flush ? 1 : 0);
    }
  });

  test.each([
    [9, 9],
    [0, 4],
  ])('RS4 with a client that has had %i, seq goes on above %i', (lastSeq, above) => {
    const script = openSession();
    script.frame(4);
    script.on({ type: 'connection-closed' });
    const next = resume(script, { lastSeq });
    expect(next.sent[0]).toMatchObject({ lastSeq: above });
    expect(briefs(next.frame(above))).toEqual(['error seq-not-increasing']);
    expect(briefs(next.frame(above + 1))).toEqual([]);
  });

  test('RS5 a capture under way is asked for again by its id', () => {
    const { script, captureId } = requestedCapture();
    script.still(captureId);
    script.on({ type: 'connection-closed' });
    const next = resume(script);
    expect(next.sent.map(brief)).toEqual(['welcome', `capture-request ${captureId}`]);
    next.still(captureId);
    const passed = next.on({ type: 'still-analysed', captureId, result: resultOf('pass') });
    expect(effectsOf(passed, 'publish')[0]!.draft).toMatchObject({ captureId, seq: 2, capturedAtMs: 5002 });
  });

  test('RS5 CA5 without a still and without the best frame it fails, and guidance goes on', () => {
    const { script, captureId } = requestedCapture();
    script.on({ type: 'connection-closed' });
    const next = resume(script);
    next.on({ type: 'timer', name: 'still' });
    expect(next.sent.at(-1)).toMatchObject({ code: 'capture-failed', captureId });
    for (const seq of [11, 12, 13]) next.judge(seq, 'pass');
    expect(next.sent.at(-1)).toMatchObject({ type: 'capture-request', seq: 11 });
  });

  test('CA5 RS1 where the best frame stayed behind, the best that this node has is the capture', () => {
    const script = openSession();
    script.judge(1, 'pass', 99);
    script.judge(2, 'pass', 50);
    script.on({ type: 'connection-closed' });
    const next = resume(script);
    next.judge(3, 'pass', 60);
    expect(next.sent.at(-1)).toMatchObject({ type: 'capture-request', seq: 1 });
    const [published] = effectsOf(next.on({ type: 'timer', name: 'still' }), 'publish');
    expect(published!.draft).toMatchObject({ source: 'frame', seq: 3, capturedAtMs: 5003, quality: 60 });
  });

  test('RS6 the node asks for the results of what was published, and goes by what the client names', () => {
    const { script, captureId } = requestedCapture();
    script.on({ type: 'timer', name: 'still' });
    script.on({ type: 'publish-acked', captureId, ack: ACK });
    const record = { captureId, sessionId: 'session-1', kind: 'face-quality', status: 'done', result: {} };
    const result = { type: 'result', record: record as never } as const;
    script.on(result);
    script.on({ type: 'connection-closed' });
    const sentIsDelivered = resume(script);
    expect(effectsOf(sentIsDelivered.effects, 'subscribe-results')[0]!.captureIds).toEqual([captureId]);
    expect(sentIsDelivered.on(result)).toEqual([]);
    expect(briefs(resume(script, { results: [] }).on(result))).toEqual([`result ${captureId}/face-quality`]);
    expect(resume(script, { results: [`${captureId}/face-quality`] }).on(result)).toEqual([]);
  });

  test('RS6 of several kinds each that was missed comes, and none that was not', () => {
    const { script, captureId } = requestedCapture();
    script.on({ type: 'timer', name: 'still' });
    script.on({ type: 'publish-acked', captureId, ack: ACK });
    const stored = ['face-quality', 'skin', 'face-contours'].map((kind) => {
      const record = { captureId, sessionId: 'session-1', kind, status: 'done', result: {} };
      return { type: 'result', record: record as never } as const;
    });
    script.on(stored[2]!);
    script.on({ type: 'connection-closed' });
    const next = resume(script, { results: [`${captureId}/face-contours`] });
    expect(effectsOf(next.effects, 'subscribe-results')[0]!.captureIds).toEqual([captureId]);
    expect(briefs(stored.flatMap((result) => next.on(result)))).toEqual([
      `result ${captureId}/face-quality`,
      `result ${captureId}/skin`,
    ]);
  });

  test('RS7 a capture is saved at once, frames once a second', () => {
    const script = openSession();
    script.judge(1, 'adjust');
    script.judge(2, 'adjust');
    expect(effectsOf(script.effects, 'save')).toHaveLength(1);
    script.nowMs += 1000;
    script.judge(3, 'adjust');
    script.judge(4, 'adjust');
    expect(effectsOf(script.effects, 'save')).toHaveLength(2);
    const { script: captured, captureId } = requestedCapture();
    expect(effectsOf(captured.effects, 'save').at(-1)!.state.order).toMatchObject({ captureId });
  });

  test('RS8 after bye the state is forgotten, also when a capture is still handed over', () => {
    const { script, captureId } = requestedCapture();
    script.on({ type: 'timer', name: 'still' });
    const bye = script.receive({ type: 'bye', reason: 'done' });
    expect(effectsOf(bye, 'forget')).toHaveLength(1);
    expect(effectsOf(bye, 'save')).toEqual([]);
    const acked = script.on({ type: 'publish-acked', captureId, ack: ACK });
    expect(effectsOf(acked, 'save')).toEqual([]);
  });

  test('neither pictures nor tokens are in the saved state', () => {
    const { script } = requestedCapture();
    const saved = JSON.stringify(effectsOf(script.effects, 'save'));
    expect(saved).not.toContain('resume-1');
    expect(saved).not.toContain('a-token');
    expect(saved).not.toContain('"data"');
  });
});

describe('a node that stops', () => {
  test('CL2 with nothing in hand: saved, then told, then closed', () => {
    const script = openSession();
    const drain = script.on({ type: 'drain' });
    expect(effectsOf(drain, 'save')).toMatchObject([{ final: true }]);
    expect(briefs(drain)).toEqual([]);
    const saved = script.on({ type: 'save-ended' });
    expect(script.sent.at(-1)).toMatchObject({ code: 'server-draining', retryable: true });
    expect(effectsOf(saved, 'close')).toEqual([{ type: 'close', reason: 'draining' }]);
  });

  test('CL2 the frame in work and the capture being published are finished, new frames refused', () => {
    const { script, captureId } = requestedCapture();
    script.on({ type: 'timer', name: 'still' });
    script.frame(4);
    script.on({ type: 'slot-granted' });
    script.frame(5);
    const begun = script.on({ type: 'drain' });
    expect(briefs(begun)).toEqual([]);
    expect(script.frame(6)).toMatchObject([{ message: { code: 'server-draining', seq: 6 } }]);
    const judged = script.on({ type: 'frame-analysed', seq: 4, result: resultOf('adjust') });
    expect(briefs(judged)).toEqual(['feedback 4 adjust', 'feedback 5 skipped']);
    expect(effectsOf(judged, 'save').filter(({ final }) => final)).toEqual([]);
    const acked = script.on({ type: 'publish-acked', captureId, ack: ACK });
    expect(briefs(acked)).toEqual([`captured ${captureId}`]);
    expect(effectsOf(acked, 'save').at(-1)).toMatchObject({ final: true });
  });

  test('CL2 what does not end in time is left, saved as it stands', () => {
    const script = openSession();
    script.frame(1);
    script.on({ type: 'slot-granted' });
    script.on({ type: 'drain' });
    const effects = script.on({ type: 'timer', name: 'leave' });
    expect(briefs(effects)).toEqual(['error server-draining']);
    expect(effectsOf(effects, 'save')).toHaveLength(1);
    expect(effectsOf(effects, 'close')).toEqual([{ type: 'close', reason: 'draining' }]);
  });

  test('CL2 a still that was only asked for is left to the next node', () => {
    const { script, captureId } = requestedCapture();
    script.on({ type: 'drain' });
    script.on({ type: 'save-ended' });
    expect(script.state()).toEqual({ phase: 'closed' });
    expect(resume(script).sent.map(brief)).toEqual(['welcome', `capture-request ${captureId}`]);
  });

  test('CL2 a dwell that completes while leaving is begun anew on the next node', () => {
    const script = openSession();
    script.judge(1, 'pass');
    script.judge(2, 'pass');
    script.frame(3);
    script.on({ type: 'slot-granted' });
    script.on({ type: 'drain' });
    script.on({ type: 'frame-analysed', seq: 3, result: resultOf('pass') });
    script.on({ type: 'save-ended' });
    const next = resume(script);
    for (const seq of [4, 5, 6]) next.judge(seq, 'pass');
    expect(next.sent.at(-1)).toMatchObject({ type: 'capture-request' });
  });
});
