import type { Clock, SessionLogger } from './ports.ts';

/** Logs one occurrence and counts those that follow it. */
type Warning = (fields: Record<string, unknown>) => void;

/** What befalls all sessions of a node at once: ten thousand lines would say no more than one, and hold up the rest. */
export interface SessionWarnings {
  readonly notSaved: Warning;
  readonly notRemoved: Warning;
  readonly noResults: Warning;
}

const EVERY_MS = 10_000;

export function createSessionWarnings(
  logger: Pick<SessionLogger, 'warn'>,
  clock: Pick<Clock, 'nowMs'>,
): SessionWarnings {
  function warning(message: string): Warning {
    let nextAtMs = Number.NEGATIVE_INFINITY;
    let unsaid = 0;
    return (fields) => {
      const atMs = clock.nowMs();
      if (atMs < nextAtMs) {
        unsaid += 1;
        return;
      }
      logger.warn(unsaid > 0 ? { ...fields, alsoSince: unsaid } : fields, message);
      nextAtMs = atMs + EVERY_MS;
      unsaid = 0;
    };
  }
  return {
    notSaved: warning('the state of a session was not saved'),
    notRemoved: warning('an ended session was not removed; it expires by itself'),
    noResults: warning('no subscription to results yet; trying again'),
  };
}
