import { join } from 'node:path';
import { writeAtomically } from '../../../models/importer/atomic-file.ts';
import { judgeEvaluations } from '../../analysis/body/evaluation/judge-evaluations.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import {
  ACTIVE_FILE,
  type ActiveModels,
  formatActiveModels,
  readActiveModels,
  withPreviousVersion,
  withVersion,
} from '../../vision/active-models.ts';
import { openModels } from '../../vision/model-registry.ts';
import { readEvaluations } from './model-evaluations.ts';
import { checkFits, tryModel } from './try-model.ts';

export interface ModelChange {
  readonly name: string;
  readonly from: string;
  /** The same as `from` where it was in use already, and nothing was changed. */
  readonly to: string;
  /** On how many sets of people both versions were compared. */
  readonly judged: number;
  /** What the gate has against it, where it was passed over. */
  readonly overruled: readonly string[];
}

export interface UseModelOptions {
  readonly name: string;
  readonly version: string;
  /** Why the gate is to be passed over; null where it is not. */
  readonly forcedFor: string | null;
  readonly now: Date;
}

/**
 * Puts a version of a model into use for every process on this folder. Rejects with model-missing, model-version-unknown,
 * model-hash-mismatch, model-unsupported, model-invalid or model-incompatible, whatever the reason to force it; and with
 * model-gate-refused where it serves some people worse and nobody forces it.
 */
export async function useModel(
  modelsFolder: string,
  { name, version, forcedFor, now }: UseModelOptions,
): Promise<ModelChange> {
  const registry = await openModels(modelsFolder);
  const inUse = registry.describe(name).entry;
  const candidate = registry.describe(name, version).entry;
  if (candidate.version === inUse.version) {
    return { name, from: inUse.version, to: version, judged: 0, overruled: [] };
  }
  await tryModel(registry, modelsFolder, candidate);
  checkFits(inUse, candidate);
  const verdict = judgeEvaluations(
    await readEvaluations(registry, name, inUse.version),
    await readEvaluations(registry, name, version),
  );
  if (!verdict.passed && forcedFor === null) {
    throw new FramegateError(
      'model-gate-refused',
      [`${name} ${version} is refused; --force REASON overrules it:`, ...verdict.reasons].join('\n  '),
      { details: { reasons: verdict.reasons } },
    );
  }
  const overruled = verdict.passed ? [] : verdict.reasons;
  await changeActive(modelsFolder, (active) =>
    withVersion(active, name, {
      version,
      inUse: inUse.version,
      at: now,
      forced: verdict.passed ? null : forcedFor,
    }),
  );
  return {
    name,
    from: inUse.version,
    to: version,
    judged: verdict.passed ? verdict.judged : 0,
    overruled,
  };
}

/**
 * Puts the version into use that was before. Rejects with model-missing, model-version-unknown (also where none was before)
 * or model-hash-mismatch.
 */
export async function rollBackModel(modelsFolder: string, name: string, now: Date): Promise<ModelChange> {
  const registry = await openModels(modelsFolder);
  const from = registry.describe(name).entry.version;
  const before = withPreviousVersion(await readActiveModels(modelsFolder), name, now);
  const to = before[name]!.version;
  await tryModel(registry, modelsFolder, registry.describe(name, to).entry);
  await changeActive(modelsFolder, (active) => withPreviousVersion(active, name, now));
  return { name, from, to, judged: 0, overruled: [] };
}

async function changeActive(
  modelsFolder: string,
  change: (active: ActiveModels) => ActiveModels,
): Promise<void> {
  const changed = change(await readActiveModels(modelsFolder));
  await writeAtomically(join(modelsFolder, ACTIVE_FILE), formatActiveModels(changed));
}
