import type { Bus } from '../bus/create-bus.ts';
import type { BusRecordLog } from '../bus/record-log.ts';
import { type Config, readConfig } from '../config/parse-config.ts';
import { createLogger } from '../observability/logger.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { RedisState } from '../state/create-redis-state.ts';
import { openBus, openRedis } from './connections.ts';
import { openRecords } from './roles/open-records.ts';
import { findRunning } from './run-file.ts';

export interface Servers {
  readonly config: Config;
  readonly redis: RedisState;
  readonly bus: Bus;
  readonly records: BusRecordLog;
}

/**
 * Does something with the servers of this installation, from beside it: with the configured ones, or those of the
 * `framegate up` that runs here. What it told history is on its way when this resolves. Rejects with config-invalid,
 * state-unavailable or bus errors.
 */
export async function withServers<T>(act: (servers: Servers) => Promise<T>): Promise<T> {
  const config = readConfig();
  const urls = serversOf(config);
  const { level, format } = config.log;
  const logger = createLogger({ level, format, node: config.node.name });
  const redis = await openRedis(urls.redis, logger);
  try {
    const bus = await openBus(config, urls.nats, logger);
    try {
      const records = openRecords({ logger }, bus);
      const result = await act({ config, redis, bus, records }).finally(() => records.close());
      if (records.stats().dropped > 0)
        throw new FramegateError('bus-unavailable', 'it is done, but the audit trail could not be told');
      return result;
    } finally {
      await bus.close();
    }
  } finally {
    redis.close();
  }
}

function serversOf({ state, bus, folders }: Config): { readonly redis: string; readonly nats: string } {
  const running = findRunning(folders.data);
  const redis = state.url ?? running?.redisUrl;
  const nats = bus.url ?? running?.natsUrl;
  if (redis !== undefined && nats !== undefined) return { redis, nats };
  throw new FramegateError(
    'config-invalid',
    'set FRAMEGATE_REDIS_URL and FRAMEGATE_NATS_URL, or run this in the folder where `framegate up` runs',
  );
}
