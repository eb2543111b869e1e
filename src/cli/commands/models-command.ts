import { Command } from 'commander';
import { readConfig } from '../../config/parse-config.ts';
import { type AuditAction, OPERATOR } from '../../protocol/audit.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { importConfiguredModels } from '../import-configured-models.ts';
import { importWithProgress } from '../import-with-progress.ts';
import { type ModelChange, rollBackModel, useModel } from '../models/change-model.ts';
import { evaluateModel, evaluationLines } from '../models/evaluate-model.ts';
import { listModels, modelTable } from '../models/list-models.ts';
import { tellAudit } from '../tell-audit.ts';

type Finish = (exitCode: number) => void;

export function modelsCommand(finish: Finish): Command {
  return new Command('models')
    .description('the models: import them, see and choose which versions are in use, evaluate them')
    .addCommand(importCommand(finish), { isDefault: true })
    .addCommand(listCommand(finish))
    .addCommand(useCommand(finish))
    .addCommand(rollbackCommand(finish))
    .addCommand(evaluateCommand(finish));
}

function importCommand(finish: Finish): Command {
  return new Command('import')
    .description('bring the models of models/manifest.json into place; what is right already stays')
    .argument(
      '[names...]',
      'only these models, name or name@version; needed for those on demand that no setting names, and for versions that are not in use',
    )
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
}

function listCommand(finish: Finish): Command {
  return new Command('list')
    .description('every version: whether it is in use, and whether its file is there and right')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const models = await listModels(readConfig().folders.models);
      process.stdout.write(json ? `${JSON.stringify(models, null, 2)}\n` : modelTable(models));
      finish(0);
    });
}

function useCommand(finish: Finish): Command {
  return new Command('use')
    .description('put a version into use; running processes load it for their next work')
    .argument('<model>', 'name@version')
    .option('--force <reason>', 'though it serves some people worse; the reason is kept')
    .action(async (model: string, { force }: { force?: string }) => {
      const [name = '', version = '', ...rest] = model.split('@');
      if (name === '' || version === '' || rest.length > 0) {
        throw new FramegateError('usage', 'name the model and its version: body-regressors@1.0.0');
      }
      if (force?.trim() === '') throw new FramegateError('usage', '--force takes a reason');
      const config = readConfig();
      const forcedFor = force ?? null;
      const change = await useModel(config.folders.models, { name, version, forcedFor, now: new Date() });
      if (change.from === change.to) process.stdout.write(`${name} ${version} is in use already\n`);
      else await tellChange('model.used', change, forcedFor);
      finish(0);
    });
}

function rollbackCommand(finish: Finish): Command {
  return new Command('rollback')
    .description('put the version into use that was before')
    .argument('<name>', 'the model')
    .action(async (name: string) => {
      await tellChange(
        'model.rolled-back',
        await rollBackModel(readConfig().folders.models, name, new Date()),
        null,
      );
      finish(0);
    });
}

function evaluateCommand(finish: Finish): Command {
  return new Command('evaluate')
    .description('hold a version against people whose sizes are known, by skin tone, shape, sex and size')
    .argument('<name>', 'the model: body-regressors')
    .option('--version <version>', 'not the one in use')
    .option('--ansur <folder>', "the two CSV files of ANSUR II's public release")
    .option('--dataset <folder>', 'one version that `framegate dataset export` has written')
    .option('--json', 'print the evaluation')
    .action(
      async (
        name: string,
        options: { version?: string; ansur?: string; dataset?: string; json?: boolean },
      ) => {
        const { version, ansur, dataset } = options;
        if ((ansur === undefined) === (dataset === undefined)) {
          throw new FramegateError('usage', 'name one of --ansur FOLDER and --dataset FOLDER');
        }
        const judges = ansur === undefined ? { dataset: dataset ?? '' } : { ansur };
        const evaluated = await evaluateModel(readConfig().folders.models, {
          name,
          judges,
          ...(version !== undefined && { version }),
        });
        process.stdout.write(
          options.json ? `${JSON.stringify(evaluated.evaluation, null, 2)}\n` : evaluationLines(evaluated),
        );
        finish(0);
      },
    );
}

async function tellChange(action: AuditAction, change: ModelChange, forcedFor: string | null): Promise<void> {
  const { name, from, to, judged, overruled } = change;
  const forced = overruled.length > 0 ? forcedFor : null;
  const judgement =
    forced !== null ? '; the gate was overruled' : judged > 0 ? '; no bucket of people is served worse' : '';
  process.stdout.write(`${name} ${to} is in use; it was ${from}${judgement}\n`);
  const problem = await tellAudit(readConfig(), {
    actorId: OPERATOR,
    action,
    resourceType: 'model',
    resourceId: `${name}@${to}`,
    metadata: { from, ...(forced !== null && { forced, overruled }) },
  });
  if (problem !== null) process.stderr.write(`the audit trail was not told: ${problem}\n`);
}
