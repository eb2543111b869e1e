import { createBareLoop } from './bare-loop.ts';
import { startEdgeUnderTest } from './edge-under-test.ts';
import { type Figures, figure } from './figures.ts';
import type { BenchFrame } from './frames.ts';
import { runLoad } from './load.ts';
import { timesText } from './quantiles.ts';
import { measureSaturation } from './saturation.ts';

export interface StreamsOrder {
  readonly modelsFolder: string;
  readonly frames: readonly BenchFrame[];
  readonly sessions: number;
  readonly rounds: number;
  readonly durationMs: number;
  readonly cores: number;
  readonly print: (line: string) => void;
}

/** Frames through a real edge: alone, sixteen at once, and as many as it can do against the bare loop. */
export async function measureStreams(order: StreamsOrder): Promise<Figures> {
  const { modelsFolder, frames, sessions, rounds, durationMs, cores, print } = order;
  const edge = await startEdgeUnderTest();
  try {
    // A node that has just started runs code that no compiler has optimised yet; people meet one that has run a while.
    await runLoad({ url: edge.url, frames, sessions, fps: null, inFlight: 1, durationMs: 8000 });

    print(`\none session at 10 frames/s: answer less the node's decode and inference, ms`);
    const alone = await runLoad({
      url: edge.url,
      frames,
      sessions: 1,
      fps: 10,
      inFlight: 1,
      durationMs: 10_000,
    });
    print(`  round trip       ${timesText(alone.roundTripMs)}`);
    print(`  overhead         ${timesText(alone.overheadMs)}`);

    print('\n16 sessions at 10 frames/s');
    const sixteen = await runLoad({
      url: edge.url,
      frames,
      sessions: 16,
      fps: 10,
      inFlight: 2,
      durationMs: 15_000,
    });
    const residentMiB = edge.residentBytes() / 2 ** 20;
    print(`  round trip       ${timesText(sixteen.roundTripMs)}`);
    print(
      `  answered ${sixteen.answered}, skipped ${sixteen.skipped}, errors ${sixteen.errors}, resident ${residentMiB.toFixed(0)} MiB`,
    );

    print(
      `\nsaturation: ${sessions} sessions without a pause, against the bare loop of decode, warp and mesh`,
    );
    const bareLoop = await createBareLoop({ modelsFolder, frames }, cores);
    const saturation = await measureSaturation({
      edge,
      bareLoop,
      frames,
      sessions,
      rounds,
      durationMs,
      cores,
      print,
    });
    await bareLoop.close();
    return {
      saturationRatio: figure(saturation.ratio, 'ratio', 0.9),
      saturationRatioOwnLoop: figure(saturation.ratioOfOwnLoop, 'ratio'),
      saturationFramesPerSecond: figure(Math.round(saturation.framesPerSecond), '1/s'),
      overheadP50Ms: figure(alone.overheadMs.p50, 'ms', 1.5),
      residentMiB16Sessions: figure(Math.round(residentMiB), 'MiB', 600),
    };
  } finally {
    await edge.close();
  }
}
