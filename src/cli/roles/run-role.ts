import type { Config } from '../../config/parse-config.ts';
import { startOperationsServer } from '../../http/operations-server.ts';
import type { DependencyCheck } from '../../http/routes/health.ts';
import { createLogger } from '../../observability/logger.ts';
import { createMetrics } from '../../observability/metrics.ts';
import type { RedisState } from '../../state/create-redis-state.ts';
import { ensureClient } from '../client/ensure-client.ts';
import { configuredUrl, openBus, openRedis, openStore } from '../connections.ts';
import { importConfiguredModels } from '../import-configured-models.ts';
import { importWithProgress } from '../import-with-progress.ts';
import { endProcess, untilSignal } from '../run-until-signal.ts';
import { createStopList, type StopList } from '../stop-list.ts';
import { codeVersion } from '../version.ts';
import { startApi } from './api-role.ts';
import { startEdge } from './edge-role.ts';
import { checkSkinSettings } from './open-skin-providers.ts';
import { busCheck, type RoleContext, type RunningRole, redisCheck, roomCheck, storeCheck } from './role.ts';
import { startSink } from './sink-role.ts';
import { startWorker } from './worker-role.ts';

/** Runs one role in this process until it is told to end. */
export async function runRole(config: Config, name: keyof typeof ROLES): Promise<void> {
  const { level, format } = config.log;
  const logger = createLogger({ level, format, node: config.node.name });
  const stops = createStopList(logger);
  const signalled = untilSignal({ write: (text) => process.stderr.write(text) });
  const metrics = createMetrics({ node: config.node.name, version: codeVersion() });
  stops.add('metrics', () => metrics.close());
  try {
    const role = await ROLES[name]({ config, logger, metrics, codeVersion: codeVersion() }, stops);
    stops.add(role.name, () => role.stop());
    process.stdout.write(`${role.name} is ready: ${role.summary}\n`);
    process.send?.({ type: 'ready', role: role.name, summary: role.summary });
    await signalled;
  } finally {
    await stops.stopAll();
  }
  await endProcess(0);
}

async function edge(context: RoleContext, stops: StopList): Promise<RunningRole> {
  const { config, logger } = context;
  await importConfiguredModels(config, process.stderr);
  await ensureClient(config.folders.client, process.stderr);
  const redis = await openedRedis(context, stops);
  const bus = await stops.opened('NATS', openBus(config, configuredUrl(config, 'nats'), logger), (open) =>
    open.close(),
  );
  return startEdge(context, { bus, redis });
}

async function worker(context: RoleContext, stops: StopList): Promise<RunningRole> {
  const { config, logger } = context;
  await checkSkinSettings(config.skin);
  await importConfiguredModels(config, process.stderr);
  const bus = await stops.opened('NATS', openBus(config, configuredUrl(config, 'nats'), logger), (open) =>
    open.close(),
  );
  const redis = await openedRedis(context, stops);
  const role = await startWorker(context, { bus, redis });
  return withOperations(context, stops, role, [busCheck(bus), roomCheck(bus), redisCheck(redis)]);
}

async function api(context: RoleContext, stops: StopList): Promise<RunningRole> {
  const { config, logger } = context;
  await importWithProgress(config.folders.models, process.stderr);
  const redis = await openedRedis(context, stops);
  const bus = await stops.opened('NATS', openBus(config, configuredUrl(config, 'nats'), logger), (open) =>
    open.close(),
  );
  return startApi(context, { bus, redis });
}

function openedRedis({ config, logger }: RoleContext, stops: StopList): Promise<RedisState> {
  return stops.opened('Redis', openRedis(configuredUrl(config, 'redis'), logger), (open) => open.close());
}

async function sink(context: RoleContext, stops: StopList): Promise<RunningRole> {
  const { config, logger } = context;
  const store = await stops.opened(
    'ClickHouse',
    openStore(config, configuredUrl(config, 'clickHouse'), logger),
    (open) => open.close(),
  );
  const bus = await stops.opened('NATS', openBus(config, configuredUrl(config, 'nats'), logger), (open) =>
    open.close(),
  );
  const role = await startSink(context, { bus, store });
  return withOperations(context, stops, role, [busCheck(bus), storeCheck(store, true)]);
}

/** Health and metrics on a port of their own. */
async function withOperations(
  { config, logger, metrics }: RoleContext,
  stops: StopList,
  role: RunningRole,
  dependencies: readonly DependencyCheck[],
): Promise<RunningRole> {
  const server = await startOperationsServer(
    {
      health: { node: config.node.name, warm: () => true, draining: () => false, dependencies },
      metrics,
      logger,
    },
    config.edge.host,
    config.operations.port,
  ).catch(async (thrown: unknown) => {
    await role.stop();
    throw thrown;
  });
  stops.add('operations server', () => server.close());
  return { ...role, summary: `${role.summary}; health and metrics on port ${server.port}` };
}

const ROLES = { edge, worker, sink, api } as const;
