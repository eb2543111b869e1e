/**
 * How near is the streamed path to what the machine could do at best, and what does it add to a frame's own work?
 * Bound and streams are measured in turn within one run; see loadtest/README.md for why the comparison is fair.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { importWithProgress } from '../src/cli/import-with-progress.ts';
import { loadFaceModels } from '../src/vision/load-face-models.ts';
import { MODELS_FOLDER } from '../src/vision/model-registry.ts';
import { createBareLoop } from './bench/bare-loop.ts';
import { startEdgeUnderTest } from './bench/edge-under-test.ts';
import { benchFrames } from './bench/frames.ts';
import { runLoad } from './bench/load.ts';
import { median, percentileText, quantile } from './bench/quantiles.ts';
import { measureSaturation } from './bench/saturation.ts';
import { measureStages } from './bench/stage-times.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '4' },
    sessions: { type: 'string', default: '8' },
  },
});
const rounds = Number(values.rounds);
const durationMs = Number(values.seconds) * 1000;
const sessions = Number(values.sessions);
const cores = availableParallelism();
const print = (line: string) => process.stderr.write(`${line}\n`);

await importWithProgress(MODELS_FOLDER, process.stderr);
const loaded = await loadFaceModels(MODELS_FOLDER);
const frames = await benchFrames(loaded.canonical);
const kilobytes = frames.reduce((sum, { data }) => sum + data.length, 0) / frames.length / 1000;
print(`frames: 512×384 JPEG, ${kilobytes.toFixed(0)} kB on average; ${cores} cores`);

print('\nstages on one thread, ms');
const stages = await measureStages(frames, loaded, 25);
for (const [name, times] of Object.entries(stages)) print(`  ${name.padEnd(16)} ${percentileText(times)}`);

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
  print(`  round trip       ${percentileText(alone.roundTripMs)}`);
  print(`  overhead         ${percentileText(alone.overheadMs)}`);

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
  print(`  round trip       ${percentileText(sixteen.roundTripMs)}`);
  print(
    `  answered ${sixteen.answered}, skipped ${sixteen.skipped}, errors ${sixteen.errors}, resident ${residentMiB.toFixed(0)} MiB`,
  );

  print(`\nsaturation: ${sessions} sessions without a pause, against the bare loop of decode, warp and mesh`);
  const bareLoop = await createBareLoop({ modelsFolder: MODELS_FOLDER, frames }, cores);
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
  const results = {
    saturationRatio: { value: round3(saturation.ratio), unit: 'ratio', goal: 0.9 },
    saturationRatioOwnLoop: { value: round3(saturation.ratioOfOwnLoop), unit: 'ratio', goal: null },
    saturationFramesPerSecond: { value: Math.round(saturation.framesPerSecond), unit: '1/s', goal: null },
    overheadP50Ms: { value: round3(quantile(alone.overheadMs, 0.5)), unit: 'ms', goal: 1.5 },
    residentMiB16Sessions: { value: Math.round(residentMiB), unit: 'MiB', goal: 600 },
    decodeP50Ms: { value: round3(median(stages.decode!)), unit: 'ms', goal: null },
    warpMeshP50Ms: { value: round3(median(stages['warp + mesh']!)), unit: 'ms', goal: null },
    appearanceP50Ms: { value: round3(median(stages.appearance!)), unit: 'ms', goal: null },
  };
  print('');
  for (const [name, { value, unit, goal }] of Object.entries(results)) {
    print(`${name.padEnd(24)} ${value} ${unit}${goal === null ? '' : ` (goal ${goal})`}`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify(results)}\n`);
} finally {
  await edge.close();
}
process.exit(0);

function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}
