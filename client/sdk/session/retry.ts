import type { Network } from './network.ts';

/** One thing that is to be tried again later. */
export interface Retry {
  /**
   * Runs after the pause, or at once when the network comes back; with null only then. Replaces what was planned.
   */
  after(pauseMs: number | null, run: () => void): void;
  cancel(): void;
}

export function createRetry(network: Network): Retry {
  let stop: (() => void) | null = null;
  const cancel = () => {
    stop?.();
    stop = null;
  };
  return {
    after(pauseMs, run) {
      cancel();
      const goOn = () => {
        cancel();
        run();
      };
      const timer = pauseMs === null ? null : setTimeout(goOn, pauseMs);
      const stopListening = network.onOnline(goOn);
      stop = () => {
        if (timer !== null) clearTimeout(timer);
        stopListening();
      };
    },
    cancel,
  };
}
