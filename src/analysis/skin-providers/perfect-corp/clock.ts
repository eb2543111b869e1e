import { setTimeout as delay } from 'node:timers/promises';

/** Time as the provider needs it; a test's own lets nothing wait. */
export interface Clock {
  /** Since 1970. */
  nowMs(): number;
  /** Resolves after the delay, or at once when the signal is aborted. */
  pause(delayMs: number, signal: AbortSignal): Promise<void>;
  /** Is aborted after the delay, with a TimeoutError. */
  deadline(delayMs: number): AbortSignal;
}

export const SYSTEM_CLOCK: Clock = {
  nowMs: Date.now,
  pause: (delayMs, signal) => delay(delayMs, undefined, { signal }).catch(() => {}),
  deadline: (delayMs) => AbortSignal.timeout(delayMs),
};
