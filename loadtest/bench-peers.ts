/**
 * How does framegate do beside what others would use in its place? FaceLandmarker in Chromium for the work on one frame,
 * and a plain stack (ws + sharp + onnxruntime-node, one thread, first in first out) for a node under load. All take turns
 * within one run; see loadtest/README.md for what each side does and why the comparison is fair.
 *
 *   node loadtest/bench-peers.ts [--task FILE] [--photographs DIR] [--rounds 7] [--only compute,stack] [--json]
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { importWithProgress } from '../src/cli/import-with-progress.ts';
import { loadFaceModels } from '../src/vision/load-face-models.ts';
import { MODELS_FOLDER } from '../src/vision/model-registry.ts';
import { sharedData } from '../test/support/shared-data.ts';
import { type Figures, printFigures } from './bench/figures.ts';
import { partsOf } from './bench/parts-of.ts';
import { runScript } from './bench/run-script.ts';
import { measureCompute } from './peers/measure-compute.ts';
import { measurePlainStack } from './peers/measure-plain-stack.ts';
import { peerPictures } from './peers/peer-pictures.ts';

const { values } = parseArgs({
  options: {
    task: { type: 'string' },
    photographs: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    'stack-rounds': { type: 'string', default: '3' },
    only: { type: 'string', default: 'compute,stack' },
    json: { type: 'boolean', default: false },
  },
});
await runScript(async () => {
  const parts = partsOf(values.only, ['compute', 'stack']);
  const print = (line: string) => process.stderr.write(`${line}\n`);

  await importWithProgress(MODELS_FOLDER, process.stderr);
  const loaded = await loadFaceModels(MODELS_FOLDER);
  const pictures = await peerPictures(loaded.canonical, values.photographs ?? sharedData('faces'));
  print(
    `${pictures.jpegs.length} JPEGs of 512×384 (${pictures.sets.map(({ name, indices }) => `${indices.length} ${name}`).join(', ')}), ` +
      `${availableParallelism()} cores`,
  );

  const figures: Figures = {
    ...(parts.includes('compute') &&
      (await measureCompute({
        taskFile: values.task,
        pictures,
        loaded,
        rounds: Number(values.rounds),
        print,
      }))),
    ...(parts.includes('stack') &&
      (await measurePlainStack({
        jpegs: pictures.sets[0]!.indices.map((index) => pictures.jpegs[index]!),
        rounds: Number(values['stack-rounds']),
        print,
      }))),
  };
  printFigures(figures, print);
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
});
