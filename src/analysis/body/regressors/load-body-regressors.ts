import { FramegateError } from '../../../protocol/framegate-error.ts';
import type { ModelIdentity } from '../../../protocol/records.ts';
import { openModels } from '../../../vision/model-registry.ts';
import { type BodyRegressors, parseBodyRegressors } from './body-regressors.ts';

export const BODY_REGRESSORS_NAME = 'body-regressors';
/** What the training makes. Which version is in use the models folder says. */
export const BODY_REGRESSORS_VERSION = '1.0.0';

/** Where the file that the training makes lies below the models folder. */
export const BODY_REGRESSORS_FILE = `${BODY_REGRESSORS_NAME}/${BODY_REGRESSORS_VERSION}/regressors.json`;

export interface LoadedBodyRegressors {
  readonly regressors: BodyRegressors;
  /** What results carry as provenance. */
  readonly identity: ModelIdentity;
}

/**
 * Of the version in use where none is named.
 * Rejects with model-missing, model-version-unknown, model-hash-mismatch, and model-invalid where the file is not understood.
 */
export async function loadBodyRegressors(
  modelsFolder: string,
  version?: string,
): Promise<LoadedBodyRegressors> {
  const registry = await openModels(modelsFolder);
  const { identity, bytes } = await registry.loadModel(BODY_REGRESSORS_NAME, version);
  const regressors = parseBodyRegressors(new TextDecoder().decode(bytes));
  if (regressors.version !== identity.version) {
    throw new FramegateError(
      'model-invalid',
      `the body regressors of version ${identity.version} say that they are ${regressors.version}`,
    );
  }
  return { regressors, identity };
}
