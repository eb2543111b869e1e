import { Command } from 'commander';
import { readConfig } from '../../config/parse-config.ts';
import { printConfig } from '../../config/print-config.ts';

const DESCRIPTIONS = {
  edge: 'run an edge node: WebSockets and live validation',
  worker: 'run a worker: captures and jobs to results',
  sink: 'run a sink: JetStream to ClickHouse',
  api: 'run the HTTP interface for backends',
} as const;

/** One role per process, for more than one machine: every server is named by its URL. */
export function roleCommands(finish: (exitCode: number) => void): Command[] {
  return (Object.keys(DESCRIPTIONS) as (keyof typeof DESCRIPTIONS)[]).map((name) =>
    new Command(name)
      .description(DESCRIPTIONS[name])
      .option('--print-config', 'show the configuration in force and end')
      .action(async (options: { printConfig?: boolean }) => {
        const config = readConfig();
        if (options.printConfig) {
          process.stdout.write(`${printConfig(config)}\n`);
          finish(0);
          return;
        }
        // Only now: models, sockets and databases take a while to load, and most commands need none.
        const { runRole } = await import('../roles/run-role.ts');
        await runRole(config, name);
      }),
  );
}
