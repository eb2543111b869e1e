/**
 * Where does a frame's CPU time go on an edge node at saturation? Prints self time by function and by file for each
 * kind of thread, in microseconds of CPU a frame, and writes .cpuprofile files for Chromium's developer tools.
 *
 *   node loadtest/profile.ts [--sessions 8] [--seconds 15] [--fps 10 (else without a pause)] [--out FOLDER] [--json]
 */
import { parseArgs } from 'node:util';
import { importWithProgress } from '../src/cli/import-with-progress.ts';
import { loadFaceModels } from '../src/vision/load-face-models.ts';
import { MODELS_FOLDER } from '../src/vision/model-registry.ts';
import { benchFrames } from './bench/frames.ts';
import { type LoadOrder, runLoad } from './bench/load.ts';
import { startCluster } from './cluster/start-cluster.ts';
import { createProcessProfiler } from './profile/process-profiler.ts';
import { profileLines } from './profile/profile-lines.ts';

const WARM_UP_MS = 8000;

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '15' },
    fps: { type: 'string' },
    out: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const print = (line: string) => process.stderr.write(`${line}\n`);
const durationMs = Number(values.seconds) * 1000;
const interrupted = new Promise<'interrupted'>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => resolve('interrupted'));
});

await importWithProgress(MODELS_FOLDER, process.stderr);
const frames = await benchFrames((await loadFaceModels(MODELS_FOLDER)).canonical);
const profiler = await createProcessProfiler(() => 'edge', { forMs: durationMs });
const cluster = await startCluster({
  edges: 1,
  workers: 0,
  sinks: 0,
  natsServers: 1,
  clickHouse: false,
  settings: { FRAMEGATE_MAX_FPS: '120' },
  nodeArguments: { edge: profiler.nodeArguments },
});
const outcome = await Promise.race([profileUnderLoad(), interrupted]);
await cluster.close();
await profiler.close();
process.exit(outcome === 'interrupted' ? 130 : 0);

async function profileUnderLoad(): Promise<'done'> {
  const order: Omit<LoadOrder, 'durationMs'> = {
    url: cluster.edgeUrls[0]!,
    frames,
    sessions: Number(values.sessions),
    fps: values.fps === undefined ? null : Number(values.fps),
    inFlight: values.fps === undefined ? 1 : 2,
  };
  // Code that no compiler has optimised yet has another profile.
  await runLoad({ ...order, durationMs: WARM_UP_MS });
  profiler.start();
  const { answered, skipped, errors, cpuSeconds } = await runLoad({ ...order, durationMs });
  const [summary] = await profiler.stop(answered, values.out);
  for (const line of profileLines(summary!)) print(line);
  print('');
  print(`answered ${answered}, skipped ${skipped}, errors ${errors}`);
  print(`the generator took ${((cpuSeconds * 1000) / durationMs).toFixed(2)} cores`);
  if (values.json) {
    const usPerFrame = (name: string) => ({
      value: Math.round(summary!.threads.find((thread) => thread.name === name)?.cpuUsPerFrame ?? 0),
      unit: 'µs/frame',
      goal: null,
    });
    const results = {
      edgeCpuUsPerFrame: { value: Math.round(summary!.cpuUsPerFrame), unit: 'µs/frame', goal: null },
      mainThreadUsPerFrame: usPerFrame('main'),
      inferenceThreadsUsPerFrame: usPerFrame('inference-worker'),
    };
    process.stdout.write(`${JSON.stringify(results)}\n`);
  }
  return 'done';
}
