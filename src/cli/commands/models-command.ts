import { Command } from 'commander';
import { readConfig } from '../../config/parse-config.ts';
import { importConfiguredModels } from '../import-configured-models.ts';
import { importWithProgress } from '../import-with-progress.ts';

export function modelsCommand(finish: (exitCode: number) => void): Command {
  const models = new Command('models').description(
    'import the vision models from the packages that carry them',
  );
  models
    .command('import', { isDefault: true })
    .description('bring the models of models/manifest.json into place; what is right already stays')
    .argument('[names...]', 'only these models; needed for those on demand that no setting names')
    .option('--force', 'import again what is there')
    .option('--record', 'write the hashes that are found into the manifest, for a new or changed model')
    .action(async (names: string[], options: { force?: boolean; record?: boolean }) => {
      const config = readConfig();
      const how = { force: options.force === true, updateManifest: options.record === true };
      const imported =
        names.length === 0
          ? await importConfiguredModels(config, process.stdout, how)
          : await importWithProgress(config.folders.models, process.stdout, { ...how, names });
      for (const { name, version, sha256, written } of imported) {
        process.stdout.write(
          `${name} ${version}  ${sha256.slice(0, 12)}  ${written ? 'imported' : 'is there'}\n`,
        );
      }
      finish(0);
    });
  return models;
}
