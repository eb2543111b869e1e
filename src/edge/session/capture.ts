import type { Guidance } from '../../guidance/coach.ts';
import { type Judged, judge } from '../../guidance/judge.ts';
import { PROFILE_SUBJECTS } from '../../protocol/checks.ts';
import type { Still } from '../../protocol/messages.ts';
import { captureDraft } from './capture-draft.ts';
import type { Failure, SessionEvent } from './events.ts';
import { fault, sendError } from './faults.ts';
import { capturedMessage, endCapture, startPublishing } from './publishing.ts';
import { saveNow } from './saving.ts';
import type {
  CaptureOrder,
  FrameInWork,
  KeptFrame,
  Live,
  Ready,
  Requested,
  SessionState,
  Validating,
} from './state.ts';
import type { Turn } from './turn.ts';

/** After a frame's feedback: keeps it if it is the best so far, and asks for the still when the dwell is complete. */
export function considerCapture(live: Live, frame: FrameInWork, judged: Judged<Guidance>, turn: Turn): Live {
  const { capture } = live;
  if (capture.phase !== 'ready') return live;
  const { guidance } = judged;
  const kept = nextKept(capture, frame, judged);
  const ready: Live = { ...live, capture: { ...capture, kept } };
  if (turn.atMs < capture.armedAtMs) {
    // No dwell begins before the pause after a capture is over.
    return { ...ready, coachMemory: turn.settings.coach.restartDwell(live.coachMemory) };
  }
  if (!guidance.captureDue || guidance.bestSeq === null) return ready;
  if (live.leaving !== null) {
    // The next node begins a dwell of its own; this one would be announced to nobody.
    return { ...ready, coachMemory: turn.settings.coach.restartDwell(live.coachMemory) };
  }
  const order: CaptureOrder = {
    captureId: turn.freshCaptureId(),
    trigger: 'auto',
    seq: guidance.bestSeq,
    capturedAtMs: (kept?.frame ?? frame).capturedAtMs,
  };
  return requestCapture(ready, order, kept, turn);
}

function nextKept(capture: Ready, frame: FrameInWork, judged: Judged<Guidance>): KeptFrame | null {
  const { guidance } = judged;
  const isBest = guidance.bestSeq === frame.seq;
  if (!isBest && guidance.bestSeq !== null && guidance.bestSeq === capture.kept?.frame.seq)
    return capture.kept;
  if (!isBest && !judged.allowsManual) return null;
  return {
    frame,
    checks: guidance.checks,
    quality: guidance.quality,
    face: judged.face,
  };
}

/** The person pressed the button. */
export function acceptCommand(live: Live, seq: number, turn: Turn): SessionState {
  const { capture } = live;
  // One capture at a time: the one under way is the answer to the press as well.
  if (capture.phase !== 'ready') return live;
  if (live.leaving !== null || !live.frames.lastAllowsManual) {
    const failure: Failure =
      live.leaving === null
        ? { code: 'capture-refused', message: 'the last frame does not allow a capture', retryable: true }
        : { code: 'server-draining', message: 'this node is stopping', retryable: true };
    sendError(turn, failure);
    return live;
  }
  const order: CaptureOrder = {
    captureId: turn.freshCaptureId(),
    trigger: 'manual',
    seq,
    capturedAtMs: capture.kept?.frame.capturedAtMs ?? turn.atMs,
  };
  return requestCapture(live, order, capture.kept, turn);
}

/** Asks for the still; again with the same id where a resumed session had asked before. */
export function requestCapture(
  live: Live,
  order: CaptureOrder,
  fallback: KeptFrame | null,
  turn: Turn,
): Live {
  const { maxStillEdgePx, timing } = turn.settings;
  turn.effects.push(
    {
      type: 'send',
      message: {
        type: 'capture-request',
        captureId: order.captureId,
        deadlineMs: timing.stillDeadlineMs,
        maxWidth: maxStillEdgePx,
        maxHeight: maxStillEdgePx,
        seq: order.seq,
      },
    },
    { type: 'set-timer', name: 'still', delayMs: timing.stillDeadlineMs },
    {
      type: 'record-event',
      event: {
        entity: 'capture',
        entityId: order.captureId,
        event: 'requested',
        details: { sessionId: live.facts.sessionId, trigger: order.trigger, seq: order.seq },
      },
    },
  );
  const deadlineAtMs = turn.atMs + timing.stillDeadlineMs;
  return saveNow({ ...live, capture: { phase: 'requested', order, deadlineAtMs, fallback } }, turn);
}

export function acceptStill(live: Live, still: Still, turn: Turn): SessionState {
  const { capture } = live;
  const { captureId } = still;
  if (live.captured?.captureId === captureId) {
    turn.effects.push({ type: 'send', message: capturedMessage(live, live.captured) });
    return live;
  }
  if (capture.phase === 'ready' || capture.order.captureId !== captureId) {
    const failure: Failure = {
      code: 'capture-unknown',
      message: 'no capture of this id waits for a still',
      retryable: false,
    };
    if (captureId !== live.endedCaptureId) return fault(live, failure, turn, { captureId });
    sendError(turn, failure, { captureId });
    return live;
  }
  // A repeat of the still that is being worked on.
  if (capture.phase !== 'requested') return live;
  const { maxStillBytes } = turn.settings.limits;
  if (still.data.length > maxStillBytes) {
    const message = `a still has at most ${maxStillBytes} bytes`;
    return fault(live, { code: 'payload-too-large', message, retryable: false }, turn, { captureId });
  }
  const { width, height, format, data } = still;
  turn.effects.push({
    type: 'analyse-still',
    captureId,
    job: {
      data,
      declared: { format, width, height },
      track: null,
      subject: PROFILE_SUBJECTS[live.facts.profile.name],
    },
  });
  return { ...live, capture: { ...capture, phase: 'validating', still: { width, height, format, data } } };
}

export function stillAnalysed(
  live: Live,
  event: SessionEvent & { type: 'still-analysed' },
  turn: Turn,
): SessionState {
  const { capture } = live;
  if (capture.phase !== 'validating' || capture.order.captureId !== event.captureId) return live;
  const { order, still } = capture;
  const { coach } = turn.settings;
  const { analysis } = event.result;
  const guidance = coach.inspect(analysis, live.facts.profile);
  const judged = judge(still, analysis, guidance);
  if (order.trigger === 'auto' ? guidance.verdict === 'pass' : judged.allowsManual) {
    const draft = captureDraft(
      live,
      order,
      { source: 'still', ...still, ...guidance, face: judged.face },
      turn,
    );
    return startPublishing(live, order, draft, still.data, turn);
  }
  turn.effects.push({
    type: 'send',
    message: {
      type: 'rejected',
      captureId: order.captureId,
      ...(guidance.hint === null ? {} : { hint: guidance.hint }),
      checks: [...guidance.checks],
    },
  });
  return endCapture(live, order, 'rejected', turn, { hint: guidance.hint?.code ?? null });
}

export function stillFailed(
  live: Live,
  event: SessionEvent & { type: 'still-failed' },
  turn: Turn,
): SessionState {
  const { capture } = live;
  if (capture.phase !== 'validating' || capture.order.captureId !== event.captureId) return live;
  const { still: _still, ...asked } = capture;
  const requested: Requested = { ...asked, phase: 'requested' };
  const next = fault({ ...live, capture: requested }, event.failure, turn, { captureId: event.captureId });
  // The client may send another, as long as there is time.
  if (next.phase !== 'live' || turn.atMs < requested.deadlineAtMs) return next;
  return fallBack(next, requested, turn);
}

export function stillDeadline(live: Live, turn: Turn): SessionState {
  const { capture } = live;
  // A still that came in time is judged, however long that takes.
  return capture.phase === 'requested' ? fallBack(live, capture, turn) : live;
}

/** No still came: the best frame that this node has of the dwell is the capture. */
function fallBack(live: Live, { order, fallback }: Requested | Validating, turn: Turn): Live {
  if (fallback === null) {
    sendError(
      turn,
      { code: 'capture-failed', message: 'no still arrived in time', retryable: true },
      { captureId: order.captureId },
    );
    return endCapture(live, order, 'failed', turn, { code: 'capture-failed' });
  }
  const { frame } = fallback;
  const { seq, capturedAtMs } = frame;
  const image = { source: 'frame', ...frame, ...fallback } as const;
  const draft = captureDraft(live, { ...order, seq, capturedAtMs }, image, turn);
  return startPublishing(live, order, draft, frame.data, turn);
}
