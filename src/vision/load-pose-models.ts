import type { ModelIdentity } from '../protocol/records.ts';
import { type ModelRegistry, type ModelVersions, openModels } from './model-registry.ts';
import type { PoseModels } from './model-runner.ts';
import { createOnnxModelRunner } from './onnx-model-runner.ts';

/** Sizes of the landmark model: each is slower and places points better than the one before. */
export const POSE_MODEL_SIZES = ['lite', 'full', 'heavy'] as const;
export type PoseModelSize = (typeof POSE_MODEL_SIZES)[number];

export interface LoadedPoseModels {
  readonly models: PoseModels;
  readonly identities: readonly ModelIdentity[];
}

/** The names that have to be imported for a size, since these models are on demand. */
export function poseModelNames(size: PoseModelSize): readonly [detector: string, landmarks: string] {
  return ['pose-detector', `pose-landmark-${size}`];
}

/** What of a size would be loaded, without reading it; none where the folder's manifest has no such model. */
export function describePoseModels(registry: ModelRegistry, size: PoseModelSize): ModelIdentity[] {
  return poseModelNames(size)
    .filter((name) => registry.names.includes(name))
    .map((name) => registry.describe(name).identity);
}

/** Loads what a body needs, verified. Rejects with model-missing, model-hash-mismatch or model-unsupported. */
export async function loadPoseModels(
  modelsFolder: string,
  size: PoseModelSize = 'full',
  versions?: ModelVersions,
): Promise<LoadedPoseModels> {
  const registry = await openModels(modelsFolder, versions);
  const [detectorName, landmarksName] = poseModelNames(size);
  const detector = await registry.loadModel(detectorName);
  const landmarks = await registry.loadModel(landmarksName);
  return {
    models: {
      detector: await createOnnxModelRunner(detector.bytes),
      landmarks: await createOnnxModelRunner(landmarks.bytes),
    },
    identities: [detector.identity, landmarks.identity],
  };
}
