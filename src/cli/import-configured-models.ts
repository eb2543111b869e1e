import type { ImportedModel, ImportOptions } from '../../models/importer/import-models.ts';
import type { Config } from '../config/parse-config.ts';
import { poseModelNames } from '../vision/load-pose-models.ts';
import { importWithProgress } from './import-with-progress.ts';
import type { ProgressOutput } from './progress-line.ts';

type ModelConfig = Pick<Config, 'folders' | 'pose'>;

/** Models on demand that this configuration finds bodies with. */
export function configuredPoseModels({ pose }: ModelConfig): string[] {
  return [...new Set([...poseModelNames(pose.liveModel), ...poseModelNames(pose.model)])];
}

/** Imports what is missing of what edge and worker run: the models of faces, and those of bodies in the configured sizes. */
export function importConfiguredModels(
  config: ModelConfig,
  output: ProgressOutput,
  options: Pick<ImportOptions, 'force' | 'updateManifest'> = {},
): Promise<ImportedModel[]> {
  return importWithProgress(config.folders.models, output, {
    ...options,
    alsoNames: configuredPoseModels(config),
  });
}
