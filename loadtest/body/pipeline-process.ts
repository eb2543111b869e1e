/**
 * Measures pictures of one person as a worker does, again and again, in a process that does nothing else:
 *
 *   node loadtest/body/pipeline-process.ts FOLDER ROUNDS
 *
 * FOLDER has front.jpg, side.jpg and ref.jpg. Prints one JSON line: {"coldMs", "roundMs": […], "peakBytes"}.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBodyThreads } from '../../src/analysis/analyzers/body/body-threads.ts';
import { assembleMeasurement } from '../../src/analysis/body/assemble-measurement.ts';
import { loadBodyRegressors } from '../../src/analysis/body/regressors/load-body-regressors.ts';
import type { BodyView } from '../../src/protocol/body-measurement.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import { runScript } from '../bench/run-script.ts';

const VIEWS = ['front', 'side', 'ref'] as const satisfies readonly BodyView[];
/** As FRAMEGATE_WORKER_THREADS has it by default. */
const THREADS = 1;
const STATED = { heightCm: 170, sex: null };

await runScript(async () => {
  const [folder = '.', rounds = '5'] = process.argv.slice(2);
  const pictures = await Promise.all(
    VIEWS.map(async (view) => ({ view, bytes: await readFile(join(folder, `${view}.jpg`)) })),
  );
  const regressors = await loadBodyRegressors(MODELS_FOLDER);
  const threads = await createBodyThreads({
    modelsFolder: MODELS_FOLDER,
    poseModel: 'full',
    threads: THREADS,
    timeoutMs: 60_000,
  });
  const signal = new AbortController().signal;
  const measure = async (): Promise<number> => {
    const startedMs = performance.now();
    const read = await Promise.all(
      pictures.map(({ view, bytes }) => threads.read(view, new Uint8Array(bytes), signal)),
    );
    assembleMeasurement(
      read.map(({ evidence }) => evidence),
      STATED,
      regressors,
    );
    return performance.now() - startedMs;
  };
  const coldMs = await measure();
  const roundMs: number[] = [];
  for (let round = 0; round < Number(rounds); round++) roundMs.push(await measure());
  await threads.close();
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(`${JSON.stringify({ coldMs, roundMs, peakBytes })}\n`);
});
