import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { happenings, playRandomEdge, type Tally } from '../support/random-edge.ts';

const RUNS = 300;

/** Seeds that found something once. */
const OLD_SEEDS: readonly number[] = [1];

async function explore(seed: number, runs: number): Promise<Tally> {
  const tally: Tally = { captured: 0, resumed: 0, skipped: 0, results: 0 };
  const property = fc.asyncProperty(happenings, (script) => playRandomEdge(script, tally));
  await fc.assert(property, { seed, numRuns: runs, endOnFailure: false });
  return tally;
}

describe('random clients, outcomes and timings', () => {
  test('FR5 FB1 FB2 CA2 CA3 RE1 RS3 RS6 CL4 hold', async () => {
    const seed = Date.now() % 2 ** 31;
    console.log(`seed ${seed}`);
    const tally = await explore(seed, RUNS);
    console.log(tally);
    for (const count of Object.values(tally)) expect(count).toBeGreaterThan(RUNS / 20);
  });

  test.each(OLD_SEEDS)('seed %i', async (seed) => {
    await explore(seed, 50);
  });
});
