import type { Guidance } from '../../guidance/coach.ts';
import type { Judged } from '../../guidance/judge.ts';
import type { Feedback } from '../../protocol/messages.ts';
import type { FrameRecord, Timing } from '../../protocol/records.ts';
import { roundTo } from '../../protocol/round-to.ts';
import type { FrameResult } from '../../vision/types.ts';
import type { Failure } from './events.ts';
import { sessionModels } from './settings.ts';
import type { FrameInWork, FrameMeta, HeldFrame, Live } from './state.ts';
import type { Turn } from './turn.ts';

/** The one place where feedback is sent and recorded: one of each for every accepted frame. */
function answer(
  live: Live,
  frame: FrameMeta,
  feedback: Omit<Feedback, 'type' | 'seq'>,
  turn: Turn,
  faceCount: number,
): void {
  turn.effects.push({ type: 'send', message: { type: 'feedback', seq: frame.seq, ...feedback } });
  record(live, frame, feedback, turn, faceCount);
}

function record(
  live: Live,
  frame: FrameMeta,
  feedback: Omit<Feedback, 'type' | 'seq'>,
  turn: Turn,
  faceCount: number,
): void {
  const { facts } = live;
  const frameRecord: FrameRecord = {
    sessionId: facts.sessionId,
    seq: frame.seq,
    node: turn.settings.node,
    profile: facts.profile.name,
    level: facts.profile.level,
    capturedAtMs: Math.round(frame.capturedAtMs),
    receivedAtMs: Math.round(frame.receivedAtMs),
    verdict: feedback.verdict,
    hint: feedback.hint?.code ?? null,
    errorCode: feedback.error?.code ?? null,
    checks: feedback.checks,
    dwell: feedback.dwell,
    face: feedback.face ?? null,
    faceCount,
    width: frame.width,
    height: frame.height,
    format: frame.format,
    frameBytes: frame.frameBytes,
    timing: feedback.timing,
    models: sessionModels(turn.settings, facts.profile.name),
  };
  turn.effects.push({ type: 'record-frame', record: frameRecord });
}

export function answerJudged(
  live: Live,
  frame: FrameInWork,
  judged: Judged<Guidance>,
  result: FrameResult,
  turn: Turn,
): void {
  const { guidance } = judged;
  const { decodeMs, inferMs, appearanceMs } = result.timings;
  const timing: Timing = {
    ...waitOf(frame, turn),
    decodeMs: roundTo(decodeMs, 2),
    inferMs: roundTo(inferMs + appearanceMs, 2),
  };
  answer(
    live,
    frame,
    {
      verdict: guidance.verdict,
      ...(guidance.hint === null ? {} : { hint: guidance.hint }),
      checks: [...guidance.checks],
      dwell: guidance.dwell,
      ...(judged.face === null ? {} : { face: judged.face }),
      ...(judged.body === null ? {} : { body: judged.body }),
      ...(judged.card === null ? {} : { card: judged.card }),
      timing,
    },
    turn,
    judged.faceCount,
  );
}

export function answerError(live: Live, frame: FrameInWork, { code, message }: Failure, turn: Turn): void {
  const timing: Timing = { ...waitOf(frame, turn), decodeMs: 0, inferMs: 0 };
  const feedback = { verdict: 'error', checks: [], dwell: live.frames.lastDwell, timing } as const;
  answer(live, frame, { ...feedback, checks: [], error: { code, message } }, turn, 0);
}

/** Answers every overtaken frame. Only right when no earlier frame is in work. */
export function answerOvertaken(live: Live, turn: Turn): Live {
  const { overtaken } = live.frames;
  if (overtaken.length === 0) return live;
  for (const frame of overtaken) answer(live, frame, skippedFeedback(live, frame, turn), turn, 0);
  return { ...live, frames: { ...live.frames, overtaken: [] } };
}

/** For frames whose connection is gone: their record only. */
export function recordSkipped(live: Live, turn: Turn): void {
  const { inWork, overtaken, waiting } = live.frames;
  for (const frame of [inWork, ...overtaken, waiting]) {
    if (frame !== null) record(live, frame, skippedFeedback(live, frame, turn), turn, 0);
  }
}

function skippedFeedback(live: Live, frame: FrameMeta, turn: Turn): Omit<Feedback, 'type' | 'seq'> {
  const waitedMs = elapsedMs(frame.receivedAtMs, turn.atMs);
  return {
    verdict: 'skipped',
    checks: [],
    dwell: live.frames.lastDwell,
    timing: { queueMs: waitedMs, decodeMs: 0, inferMs: 0, totalMs: waitedMs },
  };
}

function waitOf(frame: FrameInWork, turn: Turn): Pick<Timing, 'queueMs' | 'totalMs'> {
  return {
    queueMs: elapsedMs(frame.receivedAtMs, frame.startedAtMs),
    totalMs: elapsedMs(frame.receivedAtMs, turn.atMs),
  };
}

/** Clocks that are set back must not make a message invalid. */
function elapsedMs(fromMs: number, toMs: number): number {
  return roundTo(Math.max(0, toMs - fromMs), 2);
}

/** An overtaken frame needs no pixels any more. */
export function metaOf(frame: HeldFrame): FrameMeta {
  const { data: _data, ...meta } = frame;
  return meta;
}
