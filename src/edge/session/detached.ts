import { CLOSED } from './ending.ts';
import type { SessionEvent } from './events.ts';
import { acknowledge, endCapture, stepPublish } from './publishing.ts';
import type { Detached, SessionState } from './state.ts';
import type { Turn } from './turn.ts';

/** Hands a capture over after its connection has gone; whoever resumes is told `captured`. */
export function stepDetached(state: Detached, event: SessionEvent, turn: Turn): SessionState {
  if (event.type === 'superseded') return { ...state, resumable: false };
  const outcome = stepPublish(state.publishing, event, turn);
  if (outcome.kind === 'same') return { ...state, publishing: outcome.publishing };
  const quiet: Turn = { ...turn, effects: [] };
  if (outcome.kind === 'acked') acknowledge(state.live, state.publishing, outcome.acknowledged, quiet);
  else endCapture(state.live, state.publishing.order, 'failed', quiet, { code: outcome.failure.code });
  for (const effect of quiet.effects) {
    if (effect.type !== 'save' || state.resumable) turn.effects.push(effect);
  }
  turn.effects.push({ type: 'end', reason: 'connection-lost' });
  return CLOSED;
}
