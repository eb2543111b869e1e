import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeAtomically } from '../../../models/importer/atomic-file.ts';
import {
  type Evaluation,
  formatEvaluation,
  parseEvaluation,
} from '../../analysis/body/evaluation/evaluation.ts';
import type { Evaluated } from '../../analysis/body/evaluation/judge-evaluations.ts';
import type { ModelRegistry } from '../../vision/model-registry.ts';

const EVALUATION_FILE = /^evaluation(-[0-9a-z-]+)?\.json$/;
const ID_LENGTH = 12;

/** All evaluations that lie beside a version. Rejects with model-invalid where one is not understood. */
export async function readEvaluations(
  registry: ModelRegistry,
  name: string,
  version: string,
): Promise<Evaluated> {
  const { identity, path } = registry.describe(name, version);
  const folder = dirname(path);
  const files = (await readdir(folder).catch(() => [])).filter((file) => EVALUATION_FILE.test(file)).sort();
  const evaluations = await Promise.all(
    files.map(async (file) => parseEvaluation(await readFile(join(folder, file), 'utf8'))),
  );
  return { identity, evaluations };
}

/**
 * Writes an evaluation and its document into a version's folder; gives their paths. Those on ANSUR II are `evaluation.*`,
 * the others carry the name of their set of people, so that each has one.
 */
export async function writeEvaluation(
  folder: string,
  evaluation: Evaluation,
  markdown: string,
): Promise<string[]> {
  const { kind, id } = evaluation.dataset;
  const stem = kind === 'ansur' ? 'evaluation' : `evaluation-${kind}-${id.slice(0, ID_LENGTH)}`;
  const [json, md] = [join(folder, `${stem}.json`), join(folder, `${stem}.md`)];
  await writeAtomically(json, formatEvaluation(evaluation));
  await writeAtomically(md, markdown);
  return [json, md];
}
