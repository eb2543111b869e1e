import { resolve } from 'node:path';
import { Command } from 'commander';
import { CLIENT_FOLDER, clientState, runClientBuild } from '../client/ensure-client.ts';

export function clientCommand(finish: (exitCode: number) => void): Command {
  const client = new Command('client').description('build what browsers load: page, SDK and web component');
  client
    .command('build', { isDefault: true })
    .description('build it where its sources have changed; npm start does this by itself')
    .option('--force', 'build it even if nothing has changed')
    .option('--out <folder>', 'where to; the default is where an edge looks for it')
    .action(async ({ force = false, out }: { force?: boolean; out?: string }) => {
      const folder = out === undefined ? CLIENT_FOLDER : resolve(out);
      if (!force && (await clientState(folder)) === 'current') {
        process.stdout.write(`${folder} is up to date\n`);
      } else {
        await runClientBuild(folder, process.stdout);
        process.stdout.write(`${folder} is built\n`);
      }
      finish(0);
    });
  return client;
}
