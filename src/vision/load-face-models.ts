import type { ModelIdentity } from '../protocol/records.ts';
import { type ModelVersions, openModels } from './model-registry.ts';
import type { FaceModels } from './model-runner.ts';
import { createOnnxModelRunner } from './onnx-model-runner.ts';
import type { CanonicalFace } from './types.ts';

export const FACE_MODEL_NAMES = ['face-detector', 'face-mesh', 'canonical-face'] as const;

export interface LoadedFaceModels {
  readonly models: FaceModels;
  readonly canonical: CanonicalFace;
  readonly identities: readonly ModelIdentity[];
}

/** Loads what a face needs, verified. Rejects with model-missing, model-hash-mismatch or model-unsupported. */
export async function loadFaceModels(
  modelsFolder: string,
  versions?: ModelVersions,
): Promise<LoadedFaceModels> {
  const registry = await openModels(modelsFolder, versions);
  const detector = await registry.loadModel('face-detector');
  const mesh = await registry.loadModel('face-mesh');
  const canonical = await registry.loadCanonicalFace();
  return {
    models: {
      detector: await createOnnxModelRunner(detector.bytes),
      mesh: await createOnnxModelRunner(mesh.bytes),
    },
    canonical,
    identities: [detector.identity, mesh.identity, registry.describe('canonical-face').identity],
  };
}
