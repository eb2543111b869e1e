import { createHash } from 'node:crypto';

/** Normally distributed numbers of mean 0 and deviation 1, the same ones for the same seed (mulberry32, Box–Muller). */
export function seededNormal(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest().readUInt32BE(0);
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
