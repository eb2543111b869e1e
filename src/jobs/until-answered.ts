import { setTimeout as delay } from 'node:timers/promises';
import { toFramegateError } from '../protocol/framegate-error.ts';

const PAUSES_MS = [100, 250, 500, 1000, 2000] as const;

/**
 * Does what needs Redis or NATS again for as long as they are away: an absence must not use up a job's deliveries.
 * Rejects with any other error, and with the last one once the signal is aborted.
 */
export async function untilAnswered<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (thrown) {
      const { code } = toFramegateError(thrown);
      const isAway = code === 'state-unavailable' || code === 'bus-unavailable';
      if (!isAway || signal.aborted) throw thrown;
      const pauseMs = PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)];
      // Aborted: one more try, and then its error.
      await delay(pauseMs, undefined, { signal }).catch(() => {});
    }
  }
}
