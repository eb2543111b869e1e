/** Every key and channel in Redis, what it holds and how long. Values are JSON; never pixels, never tokens. */

const PREFIX = 'framegate';

/** Hash: generation, tokenHash, subject, node, state (or ended). Lives for the time its caller gives. */
export function resumeKey(sessionId: string): string {
  return `${PREFIX}:resume:${sessionId}`;
}

/** How long a session that ended refuses late saves of older holders. As long as a session can be resumed. */
export const ENDED_TTL_MS = 120_000;

/** Channel: JSON {sessionId, generation} at every claim. */
export const SUPERSEDED_CHANNEL = `${PREFIX}:superseded`;

/** Sorted set of the times (Redis's clock, µs) of the calls in the window. Lives for one window. */
export function rateLimitKey(scope: string, who: string): string {
  return `${PREFIX}:rate:${scope}:${who}`;
}
