import { hash32, seededRandom } from '../../src/synthetic/seeded-noise.ts';

/** Drawn from a seed, so that a round can be had again. */
export interface FaultRandom {
  /** A whole number, both ends included. */
  between(from: number, to: number): number;
  pick<T>(choices: readonly T[]): T;
  chance(probability: number): boolean;
}

export function createFaultRandom(seed: number): FaultRandom {
  const next = seededRandom(seed);
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    between,
    pick: (choices) => choices[between(0, choices.length - 1)]!,
    chance: (probability) => next() < probability,
  };
}

/** The seed of one round of a run: a round does not depend on those before it. */
export function roundSeed(runSeed: number, round: number): number {
  return hash32(Math.imul(runSeed, 0x9e3779b1) ^ hash32(round));
}
