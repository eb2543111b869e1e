import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UpMessage } from '../../src/cli/background-up.ts';
import type { RunInfo } from '../../src/cli/run-file.ts';
import { chromiumMissing } from './browser.ts';
import { type FramegateProcess, portOf, runFramegate, startFramegate } from './framegate-process.ts';
import { natsServerMissing, startNatsServer } from './nats-server.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from './redis-server.ts';

/** What keeps a test of browser and servers together from running here, or null. */
export const guidedSessionMissing: string | null = chromiumMissing ?? natsServerMissing ?? redisServerMissing;

export interface EdgeFixture {
  /** Nodes that share NATS and Redis, named edge-1 and so on. */
  readonly edges: readonly { readonly url: string; readonly process: FramegateProcess }[];
  /** The first one's. */
  readonly url: string;
  readonly redis: TestRedisServer;
  close(): Promise<void>;
}

/** Real edge nodes, one for each of the settings, with a real NATS and Redis and nobody who analyses what they capture. */
export async function startEdges(
  ...settings: readonly Readonly<Record<string, string>>[]
): Promise<EdgeFixture> {
  const [nats, redis] = await Promise.all([startNatsServer(), startRedisServer()]);
  const shared = { FRAMEGATE_NATS_URL: nats.url, FRAMEGATE_REDIS_URL: redis.url, FRAMEGATE_PORT: '0' };
  const started = await Promise.allSettled(
    settings.map((own, index) =>
      startFramegate(['edge'], { ...shared, FRAMEGATE_NODE_NAME: `edge-${index + 1}`, ...own }),
    ),
  );
  const running = started.flatMap((edge) => (edge.status === 'fulfilled' ? [edge.value] : []));
  const close = async () => {
    await Promise.all(running.map((edge) => edge.kill('SIGKILL')));
    await Promise.all([nats.close(), redis.close()]);
  };
  const failed = started.find((edge) => edge.status === 'rejected');
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  const edges = running.map((process) => ({ url: `http://127.0.0.1:${portOf(process)}`, process }));
  return { edges, url: edges[0]!.url, redis, close };
}

export interface UpFixture {
  readonly url: string;
  readonly run: RunInfo;
  readonly process: FramegateProcess;
  sql<Row>(query: string): Promise<Row[]>;
  close(): Promise<void>;
}

/** All of framegate as `npm start` runs it, in a fresh folder and on free ports. */
export async function startUp(settings: Readonly<Record<string, string>> = {}): Promise<UpFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'framegate-browser-'));
  const all = { FRAMEGATE_DATA_FOLDER: folder, FRAMEGATE_SINK_BATCH_MS: '100', ...settings };
  const removeFolder = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  const process = await startFramegate(['up', '--port', '0', '--no-install'], all).catch(async (error) => {
    await removeFolder();
    throw error;
  });
  const { run } = process.ready as unknown as UpMessage & { type: 'ready' };
  return {
    url: run.url,
    run,
    process,
    async sql<Row>(query: string) {
      const { stdout, stderr, exitCode } = await runFramegate(['sql', query, '--format', 'JSONEachRow'], all);
      if (exitCode !== 0) throw new Error(stderr);
      return stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Row);
    },
    async close() {
      await process.kill('SIGTERM');
      await removeFolder();
    },
  };
}
