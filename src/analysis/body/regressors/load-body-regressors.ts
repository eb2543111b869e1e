import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import type { ModelIdentity } from '../../../protocol/records.ts';
import { type BodyRegressors, parseBodyRegressors } from './body-regressors.ts';

export const BODY_REGRESSORS_NAME = 'body-regressors';
export const BODY_REGRESSORS_VERSION = '1.0.0';

/** Where the fitted file lies below the models folder. */
export const BODY_REGRESSORS_FILE = `${BODY_REGRESSORS_NAME}/${BODY_REGRESSORS_VERSION}/regressors.json`;

export interface LoadedBodyRegressors {
  readonly regressors: BodyRegressors;
  /** What results carry as provenance. */
  readonly identity: ModelIdentity;
}

/** Rejects with model-missing where the file is not there, model-invalid where it is not understood. */
export async function loadBodyRegressors(modelsFolder: string): Promise<LoadedBodyRegressors> {
  const path = join(modelsFolder, BODY_REGRESSORS_FILE);
  let json: string;
  try {
    json = await readFile(path, 'utf8');
  } catch (cause) {
    throw new FramegateError('model-missing', 'the body regressors cannot be read', {
      details: { path },
      cause,
    });
  }
  const regressors = parseBodyRegressors(json);
  const sha256 = createHash('sha256').update(json).digest('hex');
  return {
    regressors,
    identity: { name: BODY_REGRESSORS_NAME, version: regressors.version, sha256 },
  };
}
