import { importModels } from '../../models/importer/import-models.ts';
import {
  type LoadedPoseModels,
  loadPoseModels,
  type PoseModelSize,
  poseModelNames,
} from '../../src/vision/load-pose-models.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';

/** The pose models of a size, which are on demand: imported into the project's folder where they are not there. */
export async function importedPoseModels(size: PoseModelSize): Promise<LoadedPoseModels> {
  await importModels({ names: poseModelNames(size) });
  return loadPoseModels(MODELS_FOLDER, size);
}
