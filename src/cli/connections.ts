import { type Bus, createBus } from '../bus/create-bus.ts';
import { ensureTopology } from '../bus/ensure-topology.ts';
import type { Config } from '../config/parse-config.ts';
import type { Logger } from '../observability/logger.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import { createRedisState, type RedisState } from '../state/create-redis-state.ts';
import { createStore } from '../store/client.ts';
import { migrate } from '../store/migrate.ts';
import type { Store } from '../store/types.ts';
import { busOptions, storeSettings } from './connection-settings.ts';

/** Where the servers are: the configured URLs, or those that `up` has started. */
export interface ServerUrls {
  readonly nats: string;
  readonly redis: string;
  readonly clickHouse: string;
}

/** The configured URLs. Throws config-invalid that names the setting that is missing. */
export function configuredUrl(config: Config, server: keyof ServerUrls): string {
  const [value, setting] = {
    nats: [config.bus.url, 'FRAMEGATE_NATS_URL'] as const,
    redis: [config.state.url, 'FRAMEGATE_REDIS_URL'] as const,
    clickHouse: [config.store.url, 'FRAMEGATE_CLICKHOUSE_URL'] as const,
  }[server];
  if (value !== null) return value;
  throw new FramegateError(
    'config-invalid',
    `set ${setting}, or run \`framegate up\`, which starts what has no URL`,
  );
}

/** Connects to NATS and brings the streams and consumers into place. */
export async function openBus(config: Config, url: string, logger: Logger): Promise<Bus> {
  const bus = await createBus(busOptions(config, url));
  bus.onStatus(({ state, server }) => tellChange(logger, 'NATS connection changed', { state, server }));
  const { replicas } = config.bus;
  await ensureTopology(bus, replicas === null ? {} : { replicas });
  return bus;
}

export async function openRedis(url: string, logger: Logger): Promise<RedisState> {
  const redis = await createRedisState({ url });
  redis.onStatus((state) => tellChange(logger, 'Redis connection changed', { state }));
  return redis;
}

/** Closing is our own doing. */
function tellChange(logger: Logger, message: string, fields: { state: string; server?: string }): void {
  if (fields.state !== 'closed') logger.info(fields, message);
}

/** Connects to ClickHouse and brings the tables to this version. */
export async function openStore(config: Config, url: string, logger: Logger): Promise<Store> {
  const settings = storeSettings(config, url);
  const { frameTtlDays, resultTtlDays, eventTtlDays, auditTtlDays, bodyTtlDays } = config.store;
  const report = await migrate(settings, {
    retention: {
      frameDays: frameTtlDays,
      resultDays: resultTtlDays,
      eventDays: eventTtlDays,
      auditDays: auditTtlDays,
      bodyDays: bodyTtlDays,
    },
  });
  if (report.applied.length > 0) logger.info({ migrations: report.applied }, 'ClickHouse migrated');
  return createStore(settings);
}
