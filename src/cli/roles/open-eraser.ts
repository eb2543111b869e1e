import { randomUUID } from 'node:crypto';
import type { Bus } from '../../bus/create-bus.ts';
import { createEraseMessages } from '../../bus/erase-messages.ts';
import type { BusRecordLog } from '../../bus/record-log.ts';
import { createEraser, type Eraser } from '../../captures/erase.ts';
import type { Config } from '../../config/parse-config.ts';
import type { JobDesk } from '../../jobs/types.ts';
import type { RedisState } from '../../state/create-redis-state.ts';
import type { ObjectStorage } from '../../storage/types.ts';

const DAY_MS = 24 * 3_600_000;

export interface EraserParts {
  readonly bus: Bus;
  readonly redis: RedisState;
  readonly storage: ObjectStorage;
  readonly jobs: Pick<JobDesk, 'forget'>;
  readonly records: Pick<BusRecordLog, 'put'>;
}

/** Erasures over everything that may know somebody, for the roles that ask for them and that finish them. */
export function openEraser(
  { accounts }: Pick<Config, 'accounts'>,
  { bus, redis, storage, jobs, records }: EraserParts,
): Eraser {
  const signIns = redis.openRefreshStore({ ttlMs: accounts.refreshTokenDays * DAY_MS });
  return createEraser({
    captures: redis.captures,
    jobs,
    storage,
    accounts: {
      remove: async (userId) => {
        await redis.accounts.remove(userId);
        await signIns.endAllOf(userId);
        await redis.forgetPartner(userId);
      },
    },
    messages: createEraseMessages(bus),
    records,
    book: redis.erasures,
    nowMs: Date.now,
    newId: randomUUID,
  });
}
