import {
  BODY_REGRESSORS_NAME,
  loadBodyRegressors,
} from '../../analysis/body/regressors/load-body-regressors.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { parseCanonicalFace } from '../../vision/canonical-face.ts';
import type { ModelEntry } from '../../vision/model-manifest.ts';
import type { ModelRegistry } from '../../vision/model-registry.ts';
import { createOnnxModelRunner } from '../../vision/onnx-model-runner.ts';

/**
 * Loads a version as those do who run it, and lets it go again.
 * Rejects with model-missing, model-hash-mismatch, model-unsupported or model-invalid.
 */
export async function tryModel(
  registry: ModelRegistry,
  modelsFolder: string,
  { name, version, converter, output }: ModelEntry,
): Promise<void> {
  const { bytes } = await registry.loadModel(name, version);
  if (output.file.endsWith('.onnx')) await (await createOnnxModelRunner(bytes)).close();
  if (converter === 'face-geometry') parseCanonicalFace(new TextDecoder().decode(bytes));
  if (name === BODY_REGRESSORS_NAME) await loadBodyRegressors(modelsFolder, version);
}

/** Throws model-incompatible where a version takes or gives other values than the one in use. */
export function checkFits(inUse: ModelEntry, candidate: ModelEntry): void {
  for (const side of ['inputs', 'outputs'] as const) {
    const [before, after] = [inUse, candidate].map((entry) =>
      entry[side].map(({ name, shape }) => `${name} ${shape.join('×')}`).join(', '),
    );
    if (before === after) continue;
    throw new FramegateError(
      'model-incompatible',
      `${candidate.name} ${candidate.version} has other ${side} than ${inUse.version}, which is in use: ${after || 'none'} instead of ${before || 'none'}`,
    );
  }
}
