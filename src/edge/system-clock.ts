import type { Clock } from './ports.ts';

/** The machine's clock: epoch milliseconds with fractions that never run backwards while the process lives. */
export const systemClock: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
  setTimer(delayMs, fire) {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
};
