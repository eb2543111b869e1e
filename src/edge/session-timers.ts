import type { Clock } from './ports.ts';
import type { TimerName } from './session/effects.ts';

export interface SessionTimers {
  /** Replaces one of the same name. */
  set(name: TimerName, delayMs: number): void;
  clear(name: TimerName): void;
  close(): void;
}

/** The named timers of one session. */
export function createSessionTimers(clock: Clock, fired: (name: TimerName) => void): SessionTimers {
  const cancels = new Map<TimerName, () => void>();

  function clear(name: TimerName): void {
    cancels.get(name)?.();
    cancels.delete(name);
  }

  return {
    set(name, delayMs) {
      clear(name);
      const cancel = clock.setTimer(delayMs, () => {
        cancels.delete(name);
        fired(name);
      });
      cancels.set(name, cancel);
    },
    clear,
    close() {
      for (const cancel of cancels.values()) cancel();
      cancels.clear();
    },
  };
}
