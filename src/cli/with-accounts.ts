import type { AccountService } from '../accounts/types.ts';
import { createAudit } from '../captures/audit.ts';
import { type Config, readConfig } from '../config/parse-config.ts';
import { createLogger } from '../observability/logger.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import { openBus, openRedis } from './connections.ts';
import { openAccounts } from './roles/open-accounts.ts';
import { openRecords } from './roles/open-records.ts';
import { findRunning } from './run-file.ts';

/**
 * Does something with the accounts of this installation, from beside it: of the configured servers, or of the
 * `framegate up` that runs here. What it did is in the audit trail when this resolves. Rejects with config-invalid,
 * state-unavailable or bus errors.
 */
export async function withAccounts<T>(act: (accounts: AccountService) => Promise<T>): Promise<T> {
  const config = readConfig();
  const urls = serversOf(config);
  const { level, format } = config.log;
  const logger = createLogger({ level, format, node: config.node.name });
  const redis = await openRedis(urls.redis, logger);
  try {
    const bus = await openBus(config, urls.nats, logger);
    try {
      const records = openRecords({ logger }, bus);
      const { accounts } = openAccounts(config, {
        redis,
        records,
        audit: createAudit(records),
        onConsentWithdrawn: async () => undefined,
      });
      const result = await act(accounts).finally(() => records.close());
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
