import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { type Config, readConfig } from '../../config/parse-config.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { createStore } from '../../store/client.ts';
import { startEmbeddedClickHouse } from '../../store/embedded/start.ts';
import { runSql } from '../../store/sql-output.ts';
import { storeSettings } from '../connection-settings.ts';
import { findRunning } from '../run-file.ts';

interface Options {
  readonly format?: string;
  readonly url?: string;
}

export function sqlCommand(finish: (exitCode: number) => void): Command {
  return new Command('sql')
    .description(
      'ask ClickHouse; tables: sessions, frames, captures, results, measurements, adjustments, events',
    )
    .argument('<query>', 'one SQL statement')
    .option(
      '--format <name>',
      "one of ClickHouse's output formats, such as JSONEachRow, CSVWithNames or Markdown",
    )
    .option('--url <url>', "ClickHouse's HTTP interface; without it, the configured or the embedded one")
    .action(async (query: string, { format, url }: Options) => {
      const config = readConfig();
      const server = await findServer(config, url);
      const store = createStore(storeSettings(config, server.url));
      try {
        await runSql(store, query, { format, output: process.stdout });
      } finally {
        await store.close();
        await server.close();
      }
      finish(0);
    });
}

/** The server that is named or runs; else the embedded one on the data folder, for this query only. */
async function findServer(
  config: Config,
  url: string | undefined,
): Promise<{ url: string; close(): Promise<void> }> {
  const known = url ?? config.store.url ?? findRunning(config.folders.data)?.clickHouseUrl;
  if (known !== undefined) return { url: known, close: async () => undefined };
  const dataFolder = join(config.folders.data, 'clickhouse');
  if (!existsSync(dataFolder)) {
    throw new FramegateError(
      'store-unavailable',
      `there are no data in ${config.folders.data} yet: run \`framegate up\` and stream something, or name a server with --url`,
    );
  }
  return startEmbeddedClickHouse({ dataFolder, port: 0 });
}
