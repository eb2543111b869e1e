/** Choices that a seed decides: the same seed gives the same run. */
export interface SeededRandom {
  /** 0 to `below` − 1. */
  int(below: number): number;
  /** Both ends included. */
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  bytes(count: number): Uint8Array;
}

/** Mulberry32: 32 bits of state, good enough to choose mutations by, and the same on every machine. */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  const int = (below: number) => Math.floor((next() / 2 ** 32) * below);
  return {
    int,
    between: (least, most) => least + int(most - least + 1),
    chance: (probability) => next() / 2 ** 32 < probability,
    pick: (items) => items[int(items.length)]!,
    bytes: (count) => Uint8Array.from({ length: count }, () => next() & 255),
  };
}
