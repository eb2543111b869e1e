import { join } from 'node:path';
import type { Config } from '../../config/parse-config.ts';
import type { Logger } from '../../observability/logger.ts';
import { startEmbeddedClickHouse } from '../../store/embedded/start.ts';
import type { ServerUrls } from '../connections.ts';
import { ensureProgram } from './ensure-program.ts';
import { isPortFree } from './free-port.ts';
import { startNats } from './start-nats.ts';
import { startRedis } from './start-redis.ts';
import { type SupervisedServer, supervise } from './supervised.ts';

export interface LocalServers {
  readonly urls: ServerUrls;
  /** What runs here and not elsewhere. */
  readonly started: readonly (keyof ServerUrls)[];
  /** In the order in which nothing is missed: the store first, the bus last. */
  close(): Promise<void>;
}

export interface StartMissingOptions {
  readonly config: Config;
  readonly dataFolder: string;
  /** Whether missing programs may be installed. */
  readonly install: boolean;
  readonly say: (line: string) => void;
  readonly logger: Logger;
}

/** Starts what has no URL configured, on loopback and under supervision. */
export async function startMissingServers(options: StartMissingOptions): Promise<LocalServers> {
  const { config, dataFolder, install, say, logger } = options;
  // One after the other, so that two installations do not wait for the package manager's lock.
  const natsProgram = config.bus.url === null ? await ensureProgram('nats-server', { install, say }) : null;
  const redisProgram =
    config.state.url === null ? await ensureProgram('redis-server', { install, say }) : null;

  const toStart = [
    ...(natsProgram === null ? [] : ['nats-server']),
    ...(redisProgram === null ? [] : ['redis-server']),
    ...(config.store.url === null ? ['the embedded ClickHouse'] : []),
  ];
  if (toStart.length > 0) say(`starting ${toStart.join(', ')}`);

  const watched = (name: string, start: (port: number | undefined) => Promise<SupervisedServer>) =>
    supervise({
      name,
      start,
      onRestart: () => logger.warn({ server: name }, 'server had ended and was started again'),
      onLost: (_, error) =>
        logger.error({ server: name, err: error }, 'server has ended and cannot be started again'),
    });
  const common = { dataFolder, say };
  const starting = {
    clickHouse:
      config.store.url !== null
        ? null
        : watched('clickhouse', (port) =>
            startClickHouse(dataFolder, port ?? config.store.embeddedPort, say),
          ),
    redis:
      redisProgram === null
        ? null
        : watched('redis-server', (port) =>
            startRedis({
              ...common,
              program: redisProgram,
              ...(port !== undefined && { preferredPort: port }),
            }),
          ),
    nats:
      natsProgram === null
        ? null
        : watched('nats-server', (port) =>
            startNats({
              ...common,
              program: natsProgram,
              node: config.node.name,
              ...(port !== undefined && { preferredPort: port }),
            }),
          ),
  };
  const outcomes = await Promise.allSettled(Object.values(starting));
  const servers = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' && outcome.value !== null ? [outcome.value] : [],
  );
  const close = async () => {
    for (const server of servers) await server.close();
  };
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  const urlOf = async (server: keyof ServerUrls, configured: string | null) =>
    configured ?? (await starting[server])!.url;
  return {
    urls: {
      nats: await urlOf('nats', config.bus.url),
      redis: await urlOf('redis', config.state.url),
      clickHouse: await urlOf('clickHouse', config.store.url),
    },
    started: (['nats', 'redis', 'clickHouse'] as const).filter((server) => starting[server] !== null),
    close,
  };
}

async function startClickHouse(
  dataFolder: string,
  preferredPort: number,
  say: (line: string) => void,
): Promise<SupervisedServer> {
  const exit = Promise.withResolvers<void>();
  const onExit = ({ output }: { output: string }) => {
    if (output !== '') say(`the embedded ClickHouse ended: ${output}`);
    exit.resolve();
  };
  const folder = join(dataFolder, 'clickhouse');
  const port = (await isPortFree(preferredPort)) ? preferredPort : 0;
  const server = await startEmbeddedClickHouse({ dataFolder: folder, port, onExit });
  if (server.port !== preferredPort && preferredPort !== 0) {
    say(`port ${preferredPort} is in use; the embedded ClickHouse gets port ${server.port}`);
  }
  return { url: server.url, port: server.port, ended: exit.promise, close: server.close };
}
