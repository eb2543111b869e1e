import { Command, Option } from 'commander';
import { readConfig } from '../../config/parse-config.ts';
import { migrateObjects } from '../../storage/migrate-objects.ts';
import { openStorage } from '../open-storage.ts';
import { progressLine } from '../progress-line.ts';

const KINDS = ['folder', 's3'] as const;
type Kind = (typeof KINDS)[number];

interface MigrateOptions {
  readonly from: Kind;
  readonly to: Kind;
  readonly prefix: string;
  readonly dryRun: boolean;
}

export function storageCommand(finish: (exitCode: number) => void): Command {
  const kind = (flag: string, text: string) =>
    new Option(`--${flag} <storage>`, text).choices([...KINDS]).makeOptionMandatory();
  const migrate = new Command('migrate')
    .description('copy every stored object to the other storage and compare each copy; nothing is removed')
    .addOption(kind('from', 'where the objects are'))
    .addOption(kind('to', 'where they go'))
    .option('--prefix <prefix>', 'only the keys that begin so: a bucket', '')
    .option('--dry-run', 'only say what is missing or differs', false)
    .action(async ({ from, to, prefix, dryRun }: MigrateOptions) => {
      const config = readConfig();
      const [source, target] = [openStorage(config, from), openStorage(config, to)];
      const line = progressLine(process.stderr);
      try {
        await Promise.all([source.ping(), target.ping()]);
        const report = await migrateObjects({
          from: source,
          to: target,
          prefix,
          dryRun,
          onObject: (key, what, done) => line.show(`${done} objects, ${what} ${key}`),
        });
        line.done();
        const wrong = dryRun ? 'missing or different' : 'wrong';
        process.stdout.write(
          `${report.copied} copied, ${report.kept} there already, ${report.wrong.length} ${wrong}\n`,
        );
        for (const key of report.wrong) process.stdout.write(`  ${key}\n`);
        for (const key of report.foreign) process.stdout.write(`  not one of ours, left alone: ${key}\n`);
        finish(report.wrong.length > 0 ? 1 : 0);
      } finally {
        await Promise.all([source.close(), target.close()]);
      }
    });
  return new Command('storage').description('the objects that images are kept in').addCommand(migrate);
}
