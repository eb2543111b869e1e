/**
 * How near is the streamed path to what the machine could do at best, what does it add to a frame's own work, how soon is
 * a capture in ClickHouse, and what does the sink keep of a bare client's rate? Bounds and what is held against them are
 * measured in turn within one run; see loadtest/README.md for why the comparison is fair.
 *
 *   node loadtest/bench.ts [--only stages,saturation,captures,sink] [--rounds 5] [--seconds 4] [--json]
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { importWithProgress } from '../src/cli/import-with-progress.ts';
import type { ProfileName } from '../src/protocol/checks.ts';
import { loadFaceModels } from '../src/vision/load-face-models.ts';
import { MODELS_FOLDER } from '../src/vision/model-registry.ts';
import { measureCapturedToRows } from './bench/captured-to-rows.ts';
import { compareSink } from './bench/compare-sink.ts';
import { type Figures, figure, printFigures } from './bench/figures.ts';
import { benchFrames } from './bench/frames.ts';
import { measureStreams } from './bench/measure-streams.ts';
import { partsOf } from './bench/parts-of.ts';
import { median, percentileText } from './bench/quantiles.ts';
import { runScript } from './bench/run-script.ts';
import { measureStages } from './bench/stage-times.ts';

const PARTS = ['stages', 'saturation', 'captures', 'sink'] as const;
const SINK_ROWS = 80_000;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: PARTS.join(',') },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    sessions: { type: 'string', default: '8' },
  },
});
await runScript(async () => {
  const parts = partsOf(values.only, PARTS);
  const cores = availableParallelism();
  const print = (line: string) => process.stderr.write(`${line}\n`);

  await importWithProgress(MODELS_FOLDER, process.stderr);
  const loaded = await loadFaceModels(MODELS_FOLDER);
  const frames = await benchFrames(loaded.canonical);
  const kilobytes = frames.reduce((sum, { data }) => sum + data.length, 0) / frames.length / 1000;
  print(`frames: 512×384 JPEG, ${kilobytes.toFixed(0)} kB on average; ${cores} cores`);

  const measures: Readonly<Record<(typeof PARTS)[number], () => Promise<Figures>>> = {
    async stages() {
      print('\nstages on one thread, ms');
      const stages = await measureStages(frames, loaded, 25);
      for (const [name, times] of Object.entries(stages))
        print(`  ${name.padEnd(16)} ${percentileText(times)}`);
      return {
        decodeP50Ms: figure(median(stages.decode!), 'ms'),
        warpMeshP50Ms: figure(median(stages['warp + mesh']!), 'ms'),
        appearanceP50Ms: figure(median(stages.appearance!), 'ms'),
      };
    },
    saturation: () =>
      measureStreams({
        modelsFolder: MODELS_FOLDER,
        frames,
        sessions: Number(values.sessions),
        rounds: Number(values.rounds),
        durationMs: Number(values.seconds) * 1000,
        cores,
        print,
      }),
    async captures() {
      const measure = (profile: ProfileName, capturesPerSecond: number) =>
        measureCapturedToRows({
          canonical: loaded.canonical,
          profile,
          capturesPerSecond,
          durationMs: 25_000,
          print,
        });
      return {
        capturedToRowsP95Ms: figure(await measure('face-contour', 4), 'ms', 1500),
        // Skin alone costs a core some 0.4 s.
        skinCapturedToRowsP95Ms: figure(await measure('face-skin', 1), 'ms', 1500),
      };
    },
    async sink() {
      print(
        '\nframes into ClickHouse: the sink against a bare client that inserts the same rows, turn by turn',
      );
      const sink = await compareSink(SINK_ROWS);
      print(
        `  bare client ${sink.clientRowsPerSecond} rows/s, sink ${sink.sinkRowsPerSecond} rows/s; with ClickHouse, ` +
          `CPU of 1000 rows: client ${sink.clientCpuMsPerThousandRows} ms, sink ${sink.sinkCpuMsPerThousandRows} ms`,
      );
      return { sinkRatio: figure(sink.ratio, 'ratio', 0.8) };
    },
  };

  let figures: Figures = {};
  for (const part of parts) figures = { ...figures, ...(await measures[part]()) };
  printFigures(figures, print);
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
});
