import { stepDetached } from './detached.ts';
import type { Effect } from './effects.ts';
import type { SessionEvent, Surroundings } from './events.ts';
import { stepLive } from './live.ts';
import { stepAuthenticating, stepAwaitingHello, stepClaiming } from './opening.ts';
import type { SessionState } from './state.ts';
import type { Turn } from './turn.ts';

export const initialSessionState: SessionState = { phase: 'awaiting-hello' };

/** The effects of a connection's first moment, before any event. */
export function openingEffects(surroundings: Surroundings): readonly Effect[] {
  return [{ type: 'set-timer', name: 'hello', delayMs: surroundings.settings.timing.helloTimeoutMs }];
}

/**
 * The whole behaviour of one connection's session. Pure: the same state, event and surroundings give the same
 * state and effects. Never throws for anything that a client can cause.
 */
export function step(
  state: SessionState,
  event: SessionEvent,
  surroundings: Surroundings,
): { state: SessionState; effects: readonly Effect[] } {
  const turn: Turn = { ...surroundings, effects: [] };
  const next = advance(state, event, turn);
  return { state: next, effects: turn.effects };
}

function advance(state: SessionState, event: SessionEvent, turn: Turn): SessionState {
  switch (state.phase) {
    case 'awaiting-hello':
      return stepAwaitingHello(state, event, turn);
    case 'authenticating':
      return stepAuthenticating(state, event, turn);
    case 'claiming':
      return stepClaiming(state, event, turn);
    case 'live':
      return stepLive(state, event, turn);
    case 'detached':
      return stepDetached(state, event, turn);
    case 'closed':
      return state;
  }
}
