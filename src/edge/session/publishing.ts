import type { Captured } from '../../protocol/messages.ts';
import { PROFILE_RESULT_KINDS } from '../../protocol/result-kinds.ts';
import type { Failure, SessionEvent } from './events.ts';
import { sendError } from './faults.ts';
import { withCapture } from './results.ts';
import { saveNow } from './saving.ts';
import type { Acknowledged, CaptureDraft, CaptureOrder, Live, Publishing, PublishPaused } from './state.ts';
import type { Turn } from './turn.ts';

/** What an event means for a capture that is being handed over. `same`: nothing, or one more try. */
export type PublishOutcome =
  | { readonly kind: 'same'; readonly publishing: Publishing | PublishPaused }
  | { readonly kind: 'acked'; readonly acknowledged: Acknowledged }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Retries with growing pauses. The captureId is the message id, so a try that did arrive is not doubled. */
export function stepPublish(
  publishing: Publishing | PublishPaused,
  event: SessionEvent,
  turn: Turn,
): PublishOutcome {
  const { captureId } = publishing.order;
  const same: PublishOutcome = { kind: 'same', publishing };
  if (event.type === 'timer' && event.name === 'publish' && publishing.phase === 'publish-paused') {
    turn.effects.push({ type: 'publish', draft: publishing.draft, data: publishing.data });
    return {
      kind: 'same',
      publishing: { ...publishing, phase: 'publishing', attempt: publishing.attempt + 1 },
    };
  }
  if (publishing.phase !== 'publishing') return same;
  if (event.type === 'publish-acked' && event.captureId === captureId) {
    return { kind: 'acked', acknowledged: { captureId, ...event.ack } };
  }
  if (event.type !== 'publish-failed' || event.captureId !== captureId) return same;
  const pauseMs = turn.settings.timing.publishBackoffMs[publishing.attempt - 1];
  if (!event.failure.retryable || pauseMs === undefined) return { kind: 'failed', failure: event.failure };
  turn.effects.push({ type: 'set-timer', name: 'publish', delayMs: pauseMs });
  return { kind: 'same', publishing: { ...publishing, phase: 'publish-paused' } };
}

export function startPublishing(
  live: Live,
  order: CaptureOrder,
  draft: CaptureDraft,
  data: Uint8Array,
  turn: Turn,
): Live {
  turn.effects.push({ type: 'clear-timer', name: 'still' }, { type: 'publish', draft, data });
  // From here on JetStream may have it, whatever this node gets to hear of that: its results will be asked for.
  const captureIds = withCapture(live.results.captureIds, order.captureId);
  const capture = { phase: 'publishing', order, draft, data, attempt: 1 } as const;
  return saveNow({ ...live, capture, results: { ...live.results, captureIds } }, turn);
}

export function publishLive(live: Live, event: SessionEvent, turn: Turn): Live {
  const { capture } = live;
  if (capture.phase !== 'publishing' && capture.phase !== 'publish-paused') return live;
  const outcome = stepPublish(capture, event, turn);
  if (outcome.kind === 'same') return { ...live, capture: outcome.publishing };
  const { captureId } = capture.order;
  if (outcome.kind === 'acked') {
    turn.effects.push({ type: 'send', message: capturedMessage(live, outcome.acknowledged) });
    return acknowledge(live, capture, outcome.acknowledged, turn);
  }
  sendError(
    turn,
    {
      code: 'capture-failed',
      message: 'the capture could not be handed over; hold still again',
      retryable: true,
    },
    { captureId },
  );
  return endCapture(live, capture.order, 'failed', turn, { code: outcome.failure.code });
}

/** What a client is told of a capture that JetStream has, and which results will follow. */
export function capturedMessage({ facts }: Live, acknowledged: Acknowledged): Captured {
  return { type: 'captured', ...acknowledged, resultKinds: [...PROFILE_RESULT_KINDS[facts.profile.name]] };
}

/** What holds of a session once JetStream has a capture of it. */
export function acknowledge(
  live: Live,
  { order, draft }: Publishing | PublishPaused,
  acknowledged: Acknowledged,
  turn: Turn,
): Live {
  turn.effects.push(
    { type: 'count-capture', outcome: 'captured' },
    {
      type: 'record-event',
      event: {
        entity: 'capture',
        entityId: order.captureId,
        event: 'accepted',
        details: {
          sessionId: live.facts.sessionId,
          trigger: order.trigger,
          source: draft.source,
          stream: acknowledged.stream,
          streamSeq: acknowledged.streamSeq,
        },
      },
    },
  );
  return saveNow(
    {
      ...rearmed(live, turn.atMs + turn.settings.timing.captureCooldownMs, turn),
      captured: acknowledged,
      counts: { ...live.counts, captures: live.counts.captures + 1 },
    },
    turn,
  );
}

/** A capture that came to nothing: guidance begins a new dwell. */
export function endCapture(
  live: Live,
  order: CaptureOrder,
  outcome: 'rejected' | 'failed',
  turn: Turn,
  details: Record<string, unknown>,
): Live {
  turn.effects.push(
    { type: 'clear-timer', name: 'still' },
    { type: 'count-capture', outcome },
    {
      type: 'record-event',
      event: {
        entity: 'capture',
        entityId: order.captureId,
        event: outcome,
        details: { sessionId: live.facts.sessionId, trigger: order.trigger, ...details },
      },
    },
  );
  return saveNow({ ...rearmed(live, turn.atMs, turn), endedCaptureId: order.captureId }, turn);
}

function rearmed(live: Live, armedAtMs: number, turn: Turn): Live {
  const coachMemory = turn.settings.coach.restartDwell(live.coachMemory);
  return { ...live, coachMemory, capture: { phase: 'ready', armedAtMs, kept: null } };
}
