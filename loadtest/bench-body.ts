/**
 * How near are body sizes to the tape? The circumferences of people that the regressors have not seen, out of true
 * breadths and depths and out of such with the pipeline's errors, beside plain linear fits on the same people; then whole
 * measurements, from picture to size, of rendered figures with the sizes of such people; then how long one takes.
 *
 *   node loadtest/bench-body.ts --ansur FOLDER [--only regressors,rendered,speed] [--quick] [--gallery FOLDER] [--json]
 *
 * --quick renders four figures in place of sixty; --gallery keeps pictures with the measured lines of the first six.
 */
import { parseArgs } from 'node:util';
import { MODELS_FOLDER } from '../src/vision/model-registry.ts';
import { sharedData } from '../test/support/shared-data.ts';
import { type Figures, printFigures } from './bench/figures.ts';
import { partsOf } from './bench/parts-of.ts';
import { runScript } from './bench/run-script.ts';
import { measureBodyRegressors } from './body/measure-body-regressors.ts';
import { measurePipelineSpeed } from './body/pipeline-speed.ts';
import { measureRenderedBodies } from './body/rendered-accuracy.ts';

const PARTS = ['regressors', 'rendered', 'speed'] as const;

const { values } = parseArgs({
  options: {
    ansur: { type: 'string' },
    only: { type: 'string', default: PARTS.join(',') },
    quick: { type: 'boolean', default: false },
    gallery: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

await runScript(async () => {
  const print = (line: string) => process.stderr.write(`${line}\n`);
  const ansur = values.ansur ?? sharedData('anthropometry');
  const measures: Readonly<Record<(typeof PARTS)[number], () => Promise<Figures>>> = {
    regressors: async () => {
      if (ansur !== null) return measureBodyRegressors({ modelsFolder: MODELS_FOLDER, ansur, print });
      print('skipped: ANSUR II is not on this machine (--ansur FOLDER)');
      return {};
    },
    rendered: () =>
      measureRenderedBodies({
        modelsFolder: MODELS_FOLDER,
        ansur,
        isQuick: values.quick,
        gallery: values.gallery ?? null,
        print,
      }),
    speed: () => measurePipelineSpeed({ modelsFolder: MODELS_FOLDER, print }),
  };

  let figures: Figures = {};
  for (const part of partsOf(values.only, PARTS)) {
    print(`\n${part}`);
    figures = { ...figures, ...(await measures[part]()) };
  }
  printFigures(figures, print);
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
});
