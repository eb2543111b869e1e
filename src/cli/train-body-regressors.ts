/**
 * Fits the body regressors on ANSUR II and holds them against people that they have not seen:
 *
 *   npm run train:body -- --ansur FOLDER [--own-share 0.012] [--own-mm 6] [--scale-share 0.009] [--out FOLDER]
 *
 * Writes regressors.json, evaluation.json and evaluation.md, and where they lie in their own place its hash into the
 * manifest. The three numbers are the standard deviations of the inputs' errors in the
 * pipeline: a share of each input, millimetres, and a share of the scale that all inputs of a measuring have in common.
 */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeAtomically } from '../../models/importer/atomic-file.ts';
import { importModels } from '../../models/importer/import-models.ts';
import { parseBodyRegressors } from '../analysis/body/regressors/body-regressors.ts';
import {
  BODY_REGRESSORS_FILE,
  BODY_REGRESSORS_NAME,
  BODY_REGRESSORS_VERSION,
} from '../analysis/body/regressors/load-body-regressors.ts';
import { DEFAULT_NOISE } from '../analysis/body/training/measure-again.ts';
import { readAnsur } from '../analysis/body/training/read-ansur.ts';
import { splitPeople } from '../analysis/body/training/split-people.ts';
import { trainRegressors } from '../analysis/body/training/train-regressors.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import { MODELS_FOLDER } from '../vision/model-registry.ts';
import { writeAnsurEvaluation } from './models/evaluate-model.ts';
import { reportError } from './report-error.ts';

const OUT = join(MODELS_FOLDER, dirname(BODY_REGRESSORS_FILE));
const print = (line: string) => process.stderr.write(`${line}\n`);

try {
  const { ansur, out, noise } = readOptions();
  const split = splitPeople(await readAnsur(ansur));
  const trained = trainRegressors(split.folds, { version: BODY_REGRESSORS_VERSION, noise, print });
  const json = `${JSON.stringify(trained)}\n`;
  // What is judged is what a reader of the file gets.
  const regressors = parseBodyRegressors(json);
  const sha256 = createHash('sha256').update(json).digest('hex');
  await writeAtomically(join(out, 'regressors.json'), json);
  const identity = { name: BODY_REGRESSORS_NAME, version: regressors.version, sha256 };
  await writeAnsurEvaluation(out, { regressors, identity }, split);
  print(`wrote regressors.json (${json.length} bytes), evaluation.json and evaluation.md to ${out}`);
  if (out === OUT) await importModels({ names: [BODY_REGRESSORS_NAME], updateManifest: true });
} catch (thrown) {
  process.exitCode = reportError(thrown, (text) => process.stderr.write(text));
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      ansur: { type: 'string' },
      out: { type: 'string', default: OUT },
      'own-share': { type: 'string', default: String(DEFAULT_NOISE.ownShare) },
      'own-mm': { type: 'string', default: String(DEFAULT_NOISE.ownMm) },
      'scale-share': { type: 'string', default: String(DEFAULT_NOISE.scaleShare) },
    },
  });
  if (values.ansur === undefined)
    throw new FramegateError('usage', '--ansur FOLDER says where ANSUR II lies');
  return {
    ansur: values.ansur,
    out: values.out,
    noise: {
      ownShare: deviation('own-share', values['own-share']),
      ownMm: deviation('own-mm', values['own-mm']),
      scaleShare: deviation('scale-share', values['scale-share']),
    },
  };
}

function deviation(option: string, text: string): number {
  const value = Number(text);
  if (value >= 0 && Number.isFinite(value)) return value;
  throw new FramegateError('usage', `--${option} takes a number from 0 up, not ${JSON.stringify(text)}`);
}
