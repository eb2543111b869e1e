import type { BareLoop } from './bare-loop.ts';
import type { EdgeUnderTest } from './edge-under-test.ts';
import type { BenchFrame } from './frames.ts';
import { runLoad } from './load.ts';
import { median } from './quantiles.ts';

export interface SaturationOptions {
  readonly edge: EdgeUnderTest;
  readonly bareLoop: BareLoop;
  readonly frames: readonly BenchFrame[];
  readonly sessions: number;
  readonly rounds: number;
  readonly durationMs: number;
  readonly cores: number;
  readonly print: (line: string) => void;
}

export interface Saturation {
  /** Of the loop that decodes as the first version did, by sharp; medians of the rounds. */
  readonly ratio: number;
  /** Of the loop that has the node's own decoder: whatever is lost is the node's. */
  readonly ratioOfOwnLoop: number;
  readonly framesPerSecond: number;
}

/**
 * Streams without a pause against loops of nothing but decode, warp and mesh, turn by turn. A loop has all cores; the
 * node shares them with the generator, so the bound is what the loop would do on the cores that are left to the node.
 */
export async function measureSaturation(options: SaturationOptions): Promise<Saturation> {
  const { edge, bareLoop, frames, sessions, durationMs, cores, print } = options;
  const seconds = durationMs / 1000;
  const ratios: number[] = [];
  const ownRatios: number[] = [];
  const rates: number[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    const bySharp = await bareLoop.run({ durationMs, decoder: 'sharp' });
    const own = await bareLoop.run({ durationMs, decoder: 'own' });
    const cpuBefore = edge.cpuSeconds();
    const load = await runLoad({ url: edge.url, frames, sessions, fps: null, inFlight: 1, durationMs });
    const edgeCores = (edge.cpuSeconds() - cpuBefore) / seconds;
    const generatorCores = load.cpuSeconds / seconds;
    const left = (cores - generatorCores) / cores;
    const rate = load.answered / seconds;
    ratios.push(rate / (bySharp * left));
    ownRatios.push(rate / (own * left));
    rates.push(rate);
    print(
      `  round ${round}: streamed ${rate.toFixed(0)}/s; loop with sharp ${bySharp.toFixed(0)}/s, ratio ${ratios.at(-1)!.toFixed(3)}; ` +
        `loop with the node's decoder ${own.toFixed(0)}/s, ratio ${ownRatios.at(-1)!.toFixed(3)}; ` +
        `p99 ${load.roundTripMs.p99.toFixed(0)} ms, skipped ${load.skipped}, errors ${load.errors}; ` +
        `cores: edge ${edgeCores.toFixed(2)}, generator ${generatorCores.toFixed(2)}`,
    );
  }
  return { ratio: median(ratios), ratioOfOwnLoop: median(ownRatios), framesPerSecond: median(rates) };
}
