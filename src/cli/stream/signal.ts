/** Waits for conditions that change when someone notifies. */
export interface Signal {
  notify(): void;
  /** Resolves when the condition holds, at the latest after `timeoutMs`. */
  until(condition: () => boolean, timeoutMs: number): Promise<void>;
}

export function createSignal(): Signal {
  let wake: (() => void) | null = null;
  return {
    notify: () => wake?.(),
    until: (condition, timeoutMs) =>
      new Promise((resolve) => {
        if (timeoutMs <= 0 || condition()) {
          // A turn of the event loop all the same, so that a source without pauses lets messages in.
          setImmediate(resolve);
          return;
        }
        const finish = () => {
          clearTimeout(timer);
          wake = null;
          resolve();
        };
        const timer = setTimeout(finish, timeoutMs);
        wake = () => {
          if (condition()) finish();
        };
      }),
  };
}
