import type { Bus } from '../../bus/create-bus.ts';
import { createAudit } from '../../captures/audit.ts';
import { startRetentionSweep } from '../../captures/retention-sweep.ts';
import type { RedisState } from '../../state/create-redis-state.ts';
import { openStorage } from '../open-storage.ts';
import { openEraser } from './open-eraser.ts';
import { openJobs } from './open-jobs.ts';
import { openRecords } from './open-records.ts';
import type { RoleContext } from './role.ts';

const MINUTE_MS = 60_000;

/** The sweep that removes what has to go, in every worker; one of them does it at a time. */
export function startRetention(
  context: RoleContext,
  { bus, redis }: { bus: Bus; redis: RedisState },
): { stop(): Promise<void> } {
  const { config, logger, metrics } = context;
  const storage = openStorage(config);
  const jobs = openJobs(context, { bus, redis });
  const records = openRecords(context, bus);
  const sweep = startRetentionSweep({
    captures: redis.captures,
    storage,
    records,
    audit: createAudit(records),
    erasures: openEraser(config, { bus, redis, storage, jobs: jobs.desk, records }),
    takeLease: redis.leases.take,
    nowMs: Date.now,
    everyMs: config.captures.retentionSweepMinutes * MINUTE_MS,
    onSwept: (swept) => {
      metrics.retention.swept(swept);
      if (swept.removed + swept.kept > 0) logger.info({ ...swept }, 'files whose time was over were removed');
    },
    onFailure: (error) => logger.warn({ err: error }, 'something that has to go is still there'),
  });
  return {
    async stop() {
      await sweep.stop();
      await Promise.all([records.close(), jobs.close(), storage.close()]);
    },
  };
}
