import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createAuthenticator } from '../auth/authenticator.ts';
import { backlog } from '../bus/backlog.ts';
import type { Bus } from '../bus/create-bus.ts';
import { DURABLE_NAMES } from '../bus/types.ts';
import type { Config } from '../config/parse-config.ts';
import type { Logger } from '../observability/logger.ts';
import { createMetrics } from '../observability/metrics.ts';
import { ensureClient } from './client/ensure-client.ts';
import { openBus, openRedis, openStore, type ServerUrls } from './connections.ts';
import { importConfiguredModels } from './import-configured-models.ts';
import { claimDataFolder } from './local-servers/claim-data-folder.ts';
import { startMissingServers } from './local-servers/start-missing-servers.ts';
import type { ProgressOutput } from './progress-line.ts';
import { startApi } from './roles/api-role.ts';
import { startEdge } from './roles/edge-role.ts';
import { checkSkinSettings } from './roles/open-skin-providers.ts';
import { type RoleContext, type RunningRole, storeCheck } from './roles/role.ts';
import { startSink } from './roles/sink-role.ts';
import { startWorker } from './roles/worker-role.ts';
import { type RunInfo, removeRunFile, writeRunFile } from './run-file.ts';
import { createStopList } from './stop-list.ts';
import { codeVersion } from './version.ts';

export interface UpOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** Whether missing programs may be installed. */
  readonly install: boolean;
  /** Whether the browser client is built where its sources have changed. */
  readonly client: boolean;
  readonly output: ProgressOutput;
}

export interface RunningUp {
  readonly run: RunInfo;
  readonly roles: readonly RunningRole[];
  /** Servers that were started here, not configured by URL. */
  readonly started: readonly (keyof ServerUrls)[];
  /** Sessions are told to resume elsewhere, work in hand is finished, batches are flushed, children ended. */
  stop(): Promise<void>;
}

const CATCH_UP_MS = 5000;
const SINK_DURABLES = DURABLE_NAMES.filter((name) => name.startsWith('sink-'));
const CATCH_UP_POLL_MS = 50;

/** Everything for one machine, in one process but for the servers. Undoes what it did where a step fails. */
export async function startUp({ config, logger, install, client, output }: UpOptions): Promise<RunningUp> {
  const stops = createStopList(logger);
  const say = (line: string) => output.write(`${line}\n`);
  try {
    // A wrong configuration is an error before anything is started.
    createAuthenticator({ host: config.edge.host, ...config.auth });
    await checkSkinSettings(config.skin);
    const claim = await claimDataFolder(config.folders.data);
    stops.add('data folder', () => claim.release());
    await importConfiguredModels(config, output);
    if (client) await ensureClient(config.folders.client, output);
    const servers = await startMissingServers({ config, dataFolder: claim.folder, install, say, logger });
    stops.add('servers', () => servers.close());

    const [bus, redis, store] = await Promise.all([
      stops.opened('NATS connection', openBus(config, servers.urls.nats, logger), (open) => open.close()),
      stops.opened('Redis connection', openRedis(servers.urls.redis, logger), (open) => open.close()),
      stops.opened('ClickHouse connection', openStore(config, servers.urls.clickHouse, logger), (open) =>
        open.close(),
      ),
    ]);
    const metrics = createMetrics({ node: config.node.name, version: codeVersion() });
    stops.add('metrics', () => metrics.close());
    const context: RoleContext = { config, logger, metrics, codeVersion: codeVersion() };

    // Stopped in the opposite order: the edge gives its last records to the sink, which stops when it has them.
    const sink = await stops.opened('sink', startSink(context, { bus, store }), async (role) => {
      await catchUp(bus, logger);
      await role.stop();
    });
    const worker = await stops.opened('worker', startWorker(context, { bus, redis }), (role) => role.stop());
    const api = await stops.opened('api', startApi(context, { bus, redis }), (role) => role.stop());
    const edge = await stops.opened(
      'edge',
      startEdge(context, { bus, redis, checks: [storeCheck(store, false)], apiUrl: api.url }),
      (role) => role.stop(),
    );
    api.allowPagesOf(edge.url);
    const run: RunInfo = {
      pid: process.pid,
      url: edge.url,
      apiUrl: api.url,
      natsUrl: servers.urls.nats,
      redisUrl: servers.urls.redis,
      clickHouseUrl: servers.urls.clickHouse,
    };
    writeRunFile(claim.folder, run);
    stops.add('run file', () => removeRunFile(claim.folder));
    return { run, roles: [edge, api, worker, sink], started: servers.started, stop: () => stops.stopAll() };
  } catch (thrown) {
    await stops.stopAll();
    throw thrown;
  }
}

/** Waits until the sink's consumers have nothing left, so that what was streamed can be asked for after the end. */
async function catchUp(bus: Bus, logger: Logger): Promise<void> {
  const deadlineMs = performance.now() + CATCH_UP_MS;
  try {
    while (performance.now() < deadlineMs) {
      if ((await backlog(bus, SINK_DURABLES)) === 0) return;
      await new Promise((resolve) => setTimeout(resolve, CATCH_UP_POLL_MS));
    }
    logger.warn({}, 'the sink stops with messages left; they are stored at the next start');
  } catch (thrown) {
    logger.warn({ err: thrown }, 'NATS does not say what the sink has left');
  }
}

/** What a person wants to know once all runs. */
export function upReport({ run, roles, started }: RunningUp, config: Config, readyMs: number): string {
  const here = (server: keyof ServerUrls, text: string) => (started.includes(server) ? text : 'configured');
  const rows = [
    ...roles.map(({ name, summary }) => [name, summary]),
    ['NATS', `${run.natsUrl}  ${here('nats', 'nats-server, JetStream')}`],
    ['Redis', `${run.redisUrl}  ${here('redis', 'redis-server')}`],
    ['ClickHouse', `${run.clickHouseUrl}  ${here('clickHouse', 'embedded')}`],
    ['data', relative(process.cwd(), config.folders.data) || '.'],
  ];
  const lines = rows.map(([name, text]) => `  ${name!.padEnd(11)} ${text}`);
  return [
    `framegate ${codeVersion()} is ready after ${(readyMs / 1000).toFixed(1)} s: ${run.url}`,
    ...lines,
    '',
    ...(existsSync(join(config.folders.client, 'index.html'))
      ? [`Open ${run.url} in a browser, or ${run.url}/body/ to have a body measured.`]
      : []),
    'In another terminal, in this folder:',
    '  npx framegate stream --demo --result',
    '  npx framegate sql "SELECT verdict, count() FROM frames GROUP BY verdict"',
    '',
  ].join('\n');
}
