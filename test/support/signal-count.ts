/** Counts things that happen and lets a test wait for a number of them. */
export interface SignalCount<T> {
  readonly seen: readonly T[];
  add(value: T): void;
  /** Resolves when `count` values have been seen. */
  reached(count: number): Promise<void>;
}

export function createSignalCount<T>(): SignalCount<T> {
  const seen: T[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  return {
    seen,
    add: (value) => {
      seen.push(value);
      for (const waiter of waiting) if (seen.length >= waiter.count) waiter.resolve();
    },
    reached: (count) =>
      new Promise((resolve) => {
        if (seen.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
  };
}
