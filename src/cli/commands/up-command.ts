import { Command } from 'commander';
import { readConfig } from '../../config/parse-config.ts';
import { printConfig } from '../../config/print-config.ts';
import { createLogger } from '../../observability/logger.ts';
import { toFramegateError } from '../../protocol/framegate-error.ts';
import type { UpMessage } from '../background-up.ts';
import { wholeNumber } from '../options.ts';
import type { ProgressOutput } from '../progress-line.ts';
import { endProcess, untilSignal } from '../run-until-signal.ts';

interface Options {
  readonly host?: string;
  readonly port?: number;
  readonly apiPort?: number;
  readonly install: boolean;
  readonly client: boolean;
  readonly printConfig?: boolean;
}

export function upCommand(finish: (exitCode: number) => void): Command {
  return new Command('up')
    .description('run everything on this machine; servers that have no URL configured are started')
    .option('--host <address>', 'address to listen on (FRAMEGATE_HOST)')
    .option('--port <port>', 'port to listen on, 0 for a free one (FRAMEGATE_PORT)', wholeNumber(0, 65_535))
    .option(
      '--api-port <port>',
      'port of the HTTP interface for backends (FRAMEGATE_API_PORT); a free one where --port is 0',
      wholeNumber(0, 65_535),
    )
    .option('--no-install', 'do not install servers that are missing')
    .option('--no-client', 'do not build the browser client')
    .option('--print-config', 'show the configuration in force and end')
    .action(
      async ({
        host,
        port,
        apiPort = port === 0 ? 0 : undefined,
        install,
        client,
        printConfig: onlyPrint,
      }: Options) => {
        const config = readConfig({
          FRAMEGATE_HOST: host,
          FRAMEGATE_PORT: port?.toString(),
          FRAMEGATE_API_PORT: apiPort?.toString(),
        });
        if (onlyPrint) {
          process.stdout.write(`${printConfig(config)}\n`);
          finish(0);
          return;
        }
        const tell = (message: UpMessage) => process.send?.(message);
        const { level, format } = config.log;
        const logger = createLogger({ level, format, node: config.node.name });
        const signalled = untilSignal({ write: (text) => process.stdout.write(text) });
        const output: ProgressOutput = {
          isTTY: process.stdout.isTTY,
          write(text) {
            process.stdout.write(text);
            tell({ type: 'progress', text });
          },
        };
        const startMs = performance.now();
        // Only now: models, sockets and databases take a while to load, and most commands need none.
        const { startUp, upReport } = await import('../up.ts');
        const up = await startUp({ config, logger, install, client, output }).catch((thrown: unknown) => {
          const { code, message } = toFramegateError(thrown);
          tell({ type: 'failed', code, message });
          throw thrown;
        });
        process.stdout.write(upReport(up, config, performance.now() - startMs));
        tell({ type: 'ready', run: up.run });
        await signalled;
        await up.stop();
        process.stdout.write('ended\n');
        await endProcess(0);
      },
    );
}
