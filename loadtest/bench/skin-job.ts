import { createSkinThreads } from '../../src/analysis/analyzers/skin/skin-threads.ts';
import { type Figures, figure } from './figures.ts';
import { median, percentileText } from './quantiles.ts';

/** The skin of one encoded still on one thread, as captures and jobs have it measured: decoding, finding, masks. */
export async function measureSkinJob({
  modelsFolder,
  jpeg,
  rounds,
  print,
}: {
  readonly modelsFolder: string;
  readonly jpeg: Uint8Array<ArrayBuffer>;
  readonly rounds: number;
  print(line: string): void;
}): Promise<Figures> {
  const threads = await createSkinThreads({ modelsFolder, threads: 1 });
  try {
    const { signal } = new AbortController();
    const timesMs: number[] = [];
    for (let round = -1; round < rounds; round++) {
      const started = performance.now();
      await threads.measure(jpeg.slice(), signal);
      // The first one compiles.
      if (round >= 0) timesMs.push(performance.now() - started);
    }
    print(`skin of a still  ${percentileText(timesMs)} ms`);
    return { skinMedianMs: figure(median(timesMs), 'ms', 600) };
  } finally {
    await threads.close();
  }
}
