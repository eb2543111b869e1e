import { judge } from '../../guidance/judge.ts';
import { PROFILE_SUBJECTS } from '../../protocol/checks.ts';
import { MESSAGE_OVERHEAD_BYTES } from '../../protocol/limits.ts';
import type { Frame } from '../../protocol/messages.ts';
import { considerCapture } from './capture.ts';
import type { Failure, SessionEvent } from './events.ts';
import { fault, sendError } from './faults.ts';
import { answerError, answerJudged, answerOvertaken, metaOf } from './frame-answers.ts';
import { saveWhenStale } from './saving.ts';
import type { Frames, HeldFrame, Live, SessionState } from './state.ts';
import type { Turn } from './turn.ts';

/** Frames that come in a burst after a pause, as seconds of the highest rate. */
const RATE_BURST_MS = 1000;
/** Above `maxFps`, so that a client whose clock runs a little fast is not refused. */
const RATE_TOLERANCE = 1.1;

function leastIntervalMs(turn: Turn): number {
  return 1000 / (turn.settings.limits.maxFps * RATE_TOLERANCE);
}

/** Accepts a frame, or refuses it with an error that names its seq. A refused frame leaves no trace. */
export function acceptFrame(live: Live, message: Frame, turn: Turn): SessionState {
  const { seq } = message;
  const { frames } = live;
  const failure = reasonToRefuse(frames, message, turn);
  // Said of a new frame only: of a repeated seq it would read as if the accepted one were refused.
  if (live.leaving !== null && seq > frames.lastSeq) {
    sendError(turn, { code: 'server-draining', message: 'this node is stopping', retryable: true }, { seq });
    return live;
  }
  if (failure !== null) return fault(live, failure, turn, { seq });

  const held: HeldFrame = {
    seq,
    capturedAtMs: message.capturedAtMs,
    receivedAtMs: turn.atMs,
    width: message.width,
    height: message.height,
    format: message.format,
    frameBytes: message.data.length,
    data: message.data,
  };
  const counts = { ...live.counts, frames: live.counts.frames + 1 };
  const overtaken =
    frames.waiting === null ? frames.overtaken : [...frames.overtaken, metaOf(frames.waiting)];
  const nextDueAtMs = Math.max(frames.nextDueAtMs, turn.atMs) + leastIntervalMs(turn);
  const taken: Live = {
    ...live,
    counts,
    frames: { ...frames, lastSeq: seq, nextDueAtMs, waiting: held, overtaken },
  };
  turn.effects.push({ type: 'offer-frame' });
  // With nothing in work before it, the overtaken one is the next to be answered.
  return frames.inWork === null ? answerOvertaken(taken, turn) : taken;
}

function reasonToRefuse(frames: Frames, { seq, data }: Frame, turn: Turn): Failure | null {
  const { limits } = turn.settings;
  if (seq <= frames.lastSeq) {
    return { code: 'seq-not-increasing', message: `seq must be above ${frames.lastSeq}`, retryable: false };
  }
  // The frame is a view of its message, and all of that stays in memory with it.
  const messageBytes = data.buffer.byteLength;
  if (data.length > limits.maxFrameBytes || messageBytes > limits.maxFrameBytes + MESSAGE_OVERHEAD_BYTES) {
    return {
      code: 'payload-too-large',
      message: `a frame has at most ${limits.maxFrameBytes} bytes`,
      retryable: false,
    };
  }
  if (frames.nextDueAtMs - turn.atMs > RATE_BURST_MS) {
    return {
      code: 'rate-limited',
      message: `at most ${limits.maxFps} frames a second`,
      retryable: true,
    };
  }
  if (unansweredFrames(frames) >= limits.maxInFlight) {
    return {
      code: 'too-many-in-flight',
      message: `at most ${limits.maxInFlight} frames may be unanswered`,
      retryable: true,
    };
  }
  return null;
}

export function unansweredFrames({ inWork, waiting, overtaken }: Frames): number {
  return (inWork === null ? 0 : 1) + (waiting === null ? 0 : 1) + overtaken.length;
}

/** A slot is free: the newest frame goes into work. */
export function startFrame(live: Live, turn: Turn): Live {
  const { frames } = live;
  const { waiting } = frames;
  if (waiting === null || frames.inWork !== null) return live;
  turn.effects.push({
    type: 'analyse-frame',
    seq: waiting.seq,
    waitedMs: Math.max(0, turn.atMs - waiting.receivedAtMs),
    job: {
      data: waiting.data,
      declared: { format: waiting.format, width: waiting.width, height: waiting.height },
      track: frames.track,
      subject: PROFILE_SUBJECTS[live.facts.profile.name],
    },
  });
  const inWork = { ...waiting, startedAtMs: turn.atMs };
  return { ...live, frames: { ...frames, waiting: null, inWork } };
}

export function frameAnalysed(
  live: Live,
  event: SessionEvent & { type: 'frame-analysed' },
  turn: Turn,
): SessionState {
  const frame = live.frames.inWork;
  if (frame?.seq !== event.seq) return live;
  const { analysis, track } = event.result;
  const { coach } = turn.settings;
  const advised = coach.advise(
    live.coachMemory,
    { seq: frame.seq, analysis, capturedAtMs: frame.capturedAtMs, nowMs: turn.atMs },
    live.facts.profile,
  );
  const judged = judge(frame, analysis, advised.guidance);
  const done: Live = {
    ...live,
    coachMemory: advised.memory,
    frames: {
      ...live.frames,
      inWork: null,
      track,
      lastDwell: advised.guidance.dwell,
      lastAllowsManual: judged.allowsManual,
    },
  };
  answerJudged(done, frame, judged, event.result, turn);
  return saveWhenStale(answerOvertaken(considerCapture(done, frame, judged, turn), turn), turn);
}

export function frameFailed(
  live: Live,
  event: SessionEvent & { type: 'frame-failed' },
  turn: Turn,
): SessionState {
  const frame = live.frames.inWork;
  if (frame?.seq !== event.seq) return live;
  const done: Live = { ...live, frames: { ...live.frames, inWork: null, lastAllowsManual: false } };
  answerError(done, frame, event.failure, turn);
  return saveWhenStale(answerOvertaken(done, turn), turn);
}
