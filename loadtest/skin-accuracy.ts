/**
 * What do the skin scores answer to? Faults drawn into photographs and rendered faces: does each score fall with its own
 * fault, how far does it move with the others', how far between copies of one picture, and between tones of skin?
 *
 *   node loadtest/skin-accuracy.ts [--photographs FOLDER] [--most N] [--strengths 0.2,0.4,0.6,0.8,1]
 *                                  [--only faults,repeat,tones] [--json]
 */
import { parseArgs } from 'node:util';
import { importWithProgress } from '../src/cli/import-with-progress.ts';
import { loadFaceModels } from '../src/vision/load-face-models.ts';
import { MODELS_FOLDER } from '../src/vision/model-registry.ts';
import { printFigures } from './bench/figures.ts';
import { partsOf } from './bench/parts-of.ts';
import { runScript } from './bench/run-script.ts';
import { FAULT_STRENGTHS } from './skin/fault-response.ts';
import { measureSkinAccuracy, SKIN_PARTS } from './skin/measure-skin-accuracy.ts';
import { skinAccuracyPictures } from './skin/skin-pictures.ts';

const { values } = parseArgs({
  options: {
    photographs: { type: 'string' },
    most: { type: 'string', default: '100' },
    strengths: { type: 'string', default: FAULT_STRENGTHS.join(',') },
    only: { type: 'string', default: SKIN_PARTS.join(',') },
    json: { type: 'boolean', default: false },
  },
});

await runScript(async () => {
  const print = (line: string) => process.stderr.write(`${line}\n`);
  await importWithProgress(MODELS_FOLDER, process.stderr);
  const loaded = await loadFaceModels(MODELS_FOLDER);
  const figures = await measureSkinAccuracy({
    ...(await skinAccuracyPictures(loaded, {
      photographs: values.photographs,
      most: Number(values.most),
      print,
    })),
    strengths: values.strengths.split(',').map(Number),
    parts: partsOf(values.only, SKIN_PARTS),
    print,
  });
  printFigures(figures, print);
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
});
