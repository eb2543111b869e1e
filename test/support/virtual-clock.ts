import type { Clock } from '../../src/edge/ports.ts';

export interface VirtualClock extends Clock {
  /** Fires what is due on the way, in order, letting promises settle in between. */
  advance(ms: number): Promise<void>;
  pendingTimers(): number;
}

/** Lets everything run that waits for nothing but its turn. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Time that only moves when a test says so. */
export function createVirtualClock(startMs = 1_700_000_000_000): VirtualClock {
  const timers = new Set<{ atMs: number; fire: () => void }>();
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    setTimer(delayMs, fire) {
      const timer = { atMs: nowMs + delayMs, fire };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const endMs = nowMs + ms;
      await settled();
      for (;;) {
        const due = [...timers].filter((timer) => timer.atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (due === undefined) break;
        timers.delete(due);
        nowMs = Math.max(nowMs, due.atMs);
        due.fire();
        await settled();
      }
      nowMs = endMs;
    },
    pendingTimers: () => timers.size,
  };
}
