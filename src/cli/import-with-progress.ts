import { join } from 'node:path';
import { type ImportedModel, type ImportOptions, importModels } from '../../models/importer/import-models.ts';
import { type ProgressOutput, progressLine } from './progress-line.ts';

/** Imports what is missing and shows how far it is; says nothing where all is there. */
export async function importWithProgress(
  modelsFolder: string,
  output: ProgressOutput,
  options: Pick<ImportOptions, 'names' | 'alsoNames' | 'force' | 'updateManifest'> = {},
): Promise<ImportedModel[]> {
  const line = progressLine(output);
  try {
    return await importModels({
      ...options,
      manifestPath: join(modelsFolder, 'manifest.json'),
      onProgress({ model, stage, fraction }) {
        if (stage === 'read' || stage === 'done')
          line.show(`importing models: ${model}, ${Math.round(fraction * 100)} %`);
      },
    });
  } finally {
    line.done();
  }
}
