import { join } from 'node:path';
import { startNats } from '../../src/cli/local-servers/start-nats.ts';
import { startRedis } from '../../src/cli/local-servers/start-redis.ts';
import type { LocalServer } from '../../src/cli/local-servers/start-server.ts';
import { startEmbeddedClickHouse } from '../../src/store/embedded/start.ts';
import type { RunningProgram } from './cluster-process.ts';

export interface ServerLaunch {
  readonly folder: string;
  readonly port: number;
  readonly say: (line: string) => void;
}

export interface NatsLaunch extends ServerLaunch {
  readonly name: string;
  readonly program: string;
  readonly config: string;
}

/** nats-server with JetStream on disk, as `framegate up` starts it. */
export async function launchNats({
  folder,
  port,
  name,
  program,
  config,
  say,
}: NatsLaunch): Promise<RunningProgram> {
  return onPort(
    port,
    await startNats({ dataFolder: folder, say, program, node: name, preferredPort: port, config }),
  );
}

/** redis-server with its append-only file, as `framegate up` starts it. */
export async function launchRedis({
  folder,
  port,
  program,
  say,
}: ServerLaunch & { readonly program: string }): Promise<RunningProgram> {
  return onPort(port, await startRedis({ dataFolder: folder, say, program, preferredPort: port }));
}

/** The embedded ClickHouse's own process. */
export async function launchClickHouse({ folder, port, say }: ServerLaunch): Promise<RunningProgram> {
  const exit = Promise.withResolvers<{ exitCode: number | null }>();
  const { pid } = await startEmbeddedClickHouse({
    dataFolder: join(folder, 'clickhouse'),
    port,
    onExit: ({ code, output }) => {
      if (output !== '') say(`the embedded ClickHouse wrote: ${output}`);
      exit.resolve({ exitCode: code });
    },
  });
  return { pid, ended: exit.promise };
}

/** Servers of `up` may take another port than the one preferred; clients of a test would not find them there. */
async function onPort(port: number, server: LocalServer): Promise<RunningProgram> {
  if (server.port === port) return { pid: server.pid, ended: server.ended };
  await server.close();
  throw new Error(`port ${port} is taken by another program`);
}
