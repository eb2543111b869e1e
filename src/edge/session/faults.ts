import type { ErrorMessage } from '../../protocol/messages.ts';
import { endLive } from './ending.ts';
import type { Failure } from './events.ts';
import type { Live, SessionState } from './state.ts';
import type { Turn } from './turn.ts';

type About = Pick<ErrorMessage, 'seq' | 'captureId'>;

export function sendError(turn: Turn, failure: Failure, about: About = {}): void {
  turn.effects.push({ type: 'send', message: { type: 'error', ...failure, ...about } });
}

/** Something the client should not have sent: answered, counted, and at some point enough. */
export function fault(live: Live, failure: Failure, turn: Turn, about: About = {}): SessionState {
  sendError(turn, failure, about);
  const badMessages = live.badMessages + 1;
  if (badMessages < turn.settings.maxBadMessages) return { ...live, badMessages };
  sendError(turn, { code: 'too-many-errors', message: 'too many bad messages', retryable: false });
  return endLive(live, turn, { reason: 'bad-messages', resumable: true, save: true });
}
