import { dirname } from 'node:path';
import { evaluateOnAnsur } from '../../analysis/body/evaluation/evaluate-on-ansur.ts';
import { evaluateOnCaptures } from '../../analysis/body/evaluation/evaluate-on-captures.ts';
import type { Evaluation } from '../../analysis/body/evaluation/evaluation.ts';
import { evaluationReport, evaluationSection } from '../../analysis/body/evaluation/evaluation-report.ts';
import {
  BODY_REGRESSORS_NAME,
  type LoadedBodyRegressors,
  loadBodyRegressors,
} from '../../analysis/body/regressors/load-body-regressors.ts';
import { evaluationDocument } from '../../analysis/body/training/evaluation-document.ts';
import { judgeRegressors } from '../../analysis/body/training/judge-regressors.ts';
import { readAnsur } from '../../analysis/body/training/read-ansur.ts';
import { type SplitPeople, splitPeople } from '../../analysis/body/training/split-people.ts';
import { readDataset } from '../../captures/dataset/dataset-draft.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { openModels } from '../../vision/model-registry.ts';
import { writeEvaluation } from './model-evaluations.ts';

export interface EvaluatedModel {
  readonly evaluation: Evaluation;
  /** What was written. */
  readonly paths: readonly string[];
}

/** By whom a version is judged: a folder of ANSUR II, or one version of an exported dataset. */
export type Judges = { readonly ansur: string } | { readonly dataset: string };

/**
 * Evaluates a version, the one in use where none is named, and writes the evaluation beside it. Rejects with usage for a
 * model that nobody can evaluate yet, with what loading it rejects with, and with config-invalid or dependency-missing for
 * people who cannot be read.
 */
export async function evaluateModel(
  modelsFolder: string,
  { name, version, judges }: { readonly name: string; readonly version?: string; readonly judges: Judges },
): Promise<EvaluatedModel> {
  const registry = await openModels(modelsFolder);
  const { path } = registry.describe(name, version);
  if (name !== BODY_REGRESSORS_NAME) {
    throw new FramegateError('usage', `only ${BODY_REGRESSORS_NAME} can be evaluated`);
  }
  const loaded = await loadBodyRegressors(modelsFolder, version);
  if ('ansur' in judges) {
    return writeAnsurEvaluation(dirname(path), loaded, splitPeople(await readAnsur(judges.ansur)));
  }
  const { manifest, records } = await readDataset(judges.dataset);
  const evaluation = evaluateOnCaptures(loaded, { contentSha256: manifest.contentSha256, records });
  if (evaluation.dataset.people === 0) {
    throw new FramegateError('config-invalid', `${judges.dataset} has nobody with inputs and true sizes`);
  }
  const paths = await writeEvaluation(dirname(path), evaluation, evaluationReport(evaluation));
  return { evaluation, paths };
}

/** `evaluation.json` and `evaluation.md`, with all that the training measures too. */
export async function writeAnsurEvaluation(
  folder: string,
  loaded: LoadedBodyRegressors,
  split: SplitPeople,
): Promise<EvaluatedModel> {
  const evaluation = evaluateOnAnsur(loaded, split);
  const judgement = judgeRegressors(loaded.regressors, split);
  const document = evaluationDocument(loaded.regressors, split, judgement, [evaluationSection(evaluation)]);
  return { evaluation, paths: await writeEvaluation(folder, evaluation, document) };
}

/** For a terminal: the whole and the worst bucket of each target. */
export function evaluationLines({ evaluation, paths }: EvaluatedModel): string {
  const { model, dataset, cases } = evaluation;
  const lines = cases.flatMap(({ title, targets }) => [
    title,
    ...targets.map(({ target, buckets }) => {
      const [whole, ...others] = buckets;
      const worst = others.toSorted((a, b) => b.maeMm - a.maeMm)[0];
      const tail = worst === undefined ? '' : `, worst ${worst.name} ${worst.maeMm.toFixed(1)}`;
      return `  ${target.padEnd(9)}${whole!.maeMm.toFixed(1).padStart(6)} mm, bias ${whole!.biasMm.toFixed(1)}${tail}`;
    }),
  ]);
  return [
    `${model.name} ${model.version} on ${dataset.people} people (${dataset.kind})`,
    ...lines,
    ...paths.map((path) => `wrote ${path}`),
    '',
  ].join('\n');
}
