import type { CloseReason } from '../../protocol/close-codes.ts';
import type { EndReason } from './effects.ts';
import type { Failure } from './events.ts';
import { recordSkipped } from './frame-answers.ts';
import { resumeStateOf } from './resume-state.ts';
import type { Live, SessionState } from './state.ts';
import type { Turn } from './turn.ts';

export const CLOSED: SessionState = { phase: 'closed' };

/** Says why (where a code can say it), closes the connection, and ends a session that has no work in hand. */
export function refuse(turn: Turn, failure: Failure | null, reason: CloseReason): SessionState {
  if (failure !== null) turn.effects.push({ type: 'send', message: { type: 'error', ...failure } });
  turn.effects.push({ type: 'close', reason }, { type: 'end', reason });
  return CLOSED;
}

/**
 * A live session loses its connection, or gives it up. Unanswered frames count as skipped from here on, for the
 * client (rule RS4) and in the records. A capture that passed is still handed over.
 */
export function endLive(
  live: Live,
  turn: Turn,
  end: { readonly reason: EndReason; readonly resumable: boolean; readonly save: boolean },
): SessionState {
  recordSkipped(live, turn);
  if (end.reason !== 'connection-lost') turn.effects.push({ type: 'close', reason: end.reason });
  turn.effects.push(
    { type: 'clear-timer', name: 'token' },
    { type: 'clear-timer', name: 'slow' },
    { type: 'clear-timer', name: 'still' },
    { type: 'clear-timer', name: 'leave' },
    { type: 'unsubscribe-results' },
    {
      type: 'record-event',
      event: {
        entity: 'session',
        entityId: live.facts.sessionId,
        event: 'ended',
        details: {
          profile: live.facts.profile.name,
          reason: end.reason,
          frames: live.counts.frames,
          captures: live.counts.captures,
          startedAtMs: live.facts.startedAtMs,
        },
      },
    },
  );
  if (end.save) pushSave(live, turn, true);
  if (end.reason === 'bye') turn.effects.push({ type: 'forget' });
  const { capture } = live;
  if (capture.phase === 'publishing' || capture.phase === 'publish-paused') {
    const bare: Live = {
      ...live,
      frames: { ...live.frames, inWork: null, waiting: null, overtaken: [], track: null },
    };
    return { phase: 'detached', live: bare, publishing: capture, resumable: end.resumable };
  }
  turn.effects.push({ type: 'end', reason: end.reason });
  return CLOSED;
}

export function pushSave(live: Live, turn: Turn, final: boolean): void {
  turn.effects.push({ type: 'save', state: resumeStateOf(live), final });
}
