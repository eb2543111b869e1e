import type { Clock } from './ports.ts';

/**
 * Milliseconds with fractions that neither run backwards nor jump while the process lives; of the epoch only as far as the
 * machine's time was right when it started. What leaves the node goes through `wall-time.ts`.
 */
export const systemClock: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
  setTimer(delayMs, fire) {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
};
