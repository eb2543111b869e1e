import { Command } from 'commander';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { exportDatasetHere } from '../export-dataset-here.ts';

interface ExportCommandOptions {
  readonly out: string;
  readonly since?: string;
  readonly withImages: boolean;
}

export function datasetCommand(finish: (exitCode: number) => void): Command {
  const exporting = new Command('export')
    .description(
      'write the captures whose owners allow training and whose sizes somebody approved, as the next version of a folder',
    )
    .requiredOption('--out <folder>', 'where the versions v1, v2, … lie')
    .option('--since <date>', 'only captures that were made since: 2026-01-31, or with a time')
    .option('--with-images', 'pictures too, of those whose owners allow that they are kept', false)
    .action(async ({ out, since, withImages }: ExportCommandOptions) => {
      const report = await exportDatasetHere({
        outFolder: out,
        since: since === undefined ? null : dateOf(since),
        withImages,
      });
      if (report.status === 'empty') {
        process.stdout.write('no capture may be exported: nothing is consented and approved\n');
      } else {
        const { version, counts, contentSha256 } = report.manifest;
        const what = `${counts.records} records of ${counts.people} people, ${counts.images} pictures, ${contentSha256.slice(0, 12)}`;
        process.stdout.write(
          report.status === 'unchanged'
            ? `nothing has changed since v${version}: ${what}\n`
            : `wrote ${report.folder}: ${what}\n`,
        );
        if (report.status === 'written' && counts.removed > 0) {
          process.stdout.write(
            `${counts.removed} records of the version before are gone: remove the older versions\n`,
          );
        }
      }
      finish(0);
    });
  return new Command('dataset').description('captures to train and to judge models by').addCommand(exporting);
}

function dateOf(text: string): Date {
  const date = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new FramegateError('usage', `--since takes a date as 2026-01-31, not ${JSON.stringify(text)}`);
}
