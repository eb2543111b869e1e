import type { Link } from './session-plan.ts';

export interface ShapedLink {
  /** Runs later, when so many bytes have gone up; in the order of the calls. */
  up(bytes: number, run: () => void): void;
  /** The same for what comes down. */
  down(bytes: number, run: () => void): void;
  /** What has not left the client yet. */
  waitingBytes(): number;
  /** Whatever is on its way is lost with the connection. */
  drop(): void;
}

/**
 * A link of so many kilobits and milliseconds each way, by holding messages back in the client. That the node's TCP knows
 * nothing of it makes no difference to what is measured here: when frames arrive, and when answers do.
 */
export function createShapedLink(
  { kilobitsPerSecond, delayMs }: Link,
  nowMs: () => number,
  setTimer: (run: () => void, delayMs: number) => unknown = setTimeout,
): ShapedLink {
  const bytesPerMs = kilobitsPerSecond / 8;
  const freeAtMs = { up: 0, down: 0 };
  // Timers of nearly the same time may fire in any order; messages may not.
  let waiting: Record<'up' | 'down', (() => void)[]> = { up: [], down: [] };

  function carry(direction: 'up' | 'down', bytes: number, run: () => void): void {
    const now = nowMs();
    freeAtMs[direction] = Math.max(now, freeAtMs[direction]) + bytes / bytesPerMs;
    const queues = waiting;
    queues[direction].push(run);
    setTimer(
      () => {
        const next = queues[direction].shift();
        if (queues === waiting) next?.();
      },
      freeAtMs[direction] + delayMs - now,
    );
  }

  return {
    up: (bytes, run) => carry('up', bytes, run),
    down: (bytes, run) => carry('down', bytes, run),
    waitingBytes: () => Math.max(0, freeAtMs.up - nowMs()) * bytesPerMs,
    drop() {
      waiting = { up: [], down: [] };
      freeAtMs.up = 0;
      freeAtMs.down = 0;
    },
  };
}
