import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedClickHouse, startEmbeddedClickHouse } from '../../src/store/embedded/start.ts';

export interface TestClickHouse {
  readonly url: string;
  readonly pid: number;
  readonly dataFolder: string;
  /** Ends it without warning and waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same data and the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** The real engine on an empty folder of its own, on a free port. */
export async function startTestClickHouse(): Promise<TestClickHouse> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'framegate-clickhouse-'));
  let gone: () => void = () => undefined;
  const start = (port: number): Promise<EmbeddedClickHouse> =>
    startEmbeddedClickHouse({ dataFolder, port, onExit: () => gone() });
  let server = await start(0);
  return {
    url: server.url,
    get pid() {
      return server.pid;
    },
    dataFolder,
    async kill() {
      const exited = new Promise<void>((resolve) => {
        gone = resolve;
      });
      process.kill(server.pid, 'SIGKILL');
      await exited;
    },
    async restart() {
      server = await start(server.port);
    },
    async close() {
      await server.close();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
