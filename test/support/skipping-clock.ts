import type { Clock } from '../../src/analysis/skin-providers/perfect-corp/clock.ts';

export interface SkippingClock extends Clock {
  /** Each pause, as it was asked for. */
  readonly pausesMs: number[];
  /** Lets time pass; deadlines that are due then abort. */
  skip(ms: number): void;
}

/** Time that passes only in pauses, and takes none there. */
export function createSkippingClock(startMs = 1_700_000_000_000): SkippingClock {
  const deadlines = new Set<{ readonly atMs: number; readonly controller: AbortController }>();
  const pausesMs: number[] = [];
  let nowMs = startMs;
  function skip(ms: number): void {
    nowMs += ms;
    for (const deadline of deadlines) {
      if (deadline.atMs > nowMs) continue;
      deadlines.delete(deadline);
      deadline.controller.abort(new DOMException('the time is up', 'TimeoutError'));
    }
  }
  return {
    pausesMs,
    skip,
    nowMs: () => nowMs,
    async pause(delayMs) {
      pausesMs.push(delayMs);
      skip(delayMs);
    },
    deadline(delayMs) {
      const controller = new AbortController();
      deadlines.add({ atMs: nowMs + delayMs, controller });
      return controller.signal;
    },
  };
}
