import { type PartnerBatch, partnerBatchSchema } from '../protocol/partner-batches.ts';
import { partnerBatchesKey, partnerBatchKey } from './keys.ts';
import type { RedisConnection } from './redis-connection.ts';

export interface RedisPartnerBatchesOptions {
  /** How long a batch is known, counted from its last change. */
  readonly ttlMs: number;
}

/** Batches of partners; every method rejects with state-unavailable while Redis is away. */
export interface RedisPartnerBatches {
  keep(batch: PartnerBatch): Promise<void>;
  read(batchId: string): Promise<PartnerBatch | null>;
  remove(batchId: string): Promise<void>;
}

export function createRedisPartnerBatches(
  connection: RedisConnection,
  { ttlMs }: RedisPartnerBatchesOptions,
): RedisPartnerBatches {
  async function read(batchId: string): Promise<PartnerBatch | null> {
    const text = await connection.run('reading a batch', (client) => client.get(partnerBatchKey(batchId)));
    return text === null ? null : partnerBatchSchema.parse(JSON.parse(text));
  }

  return {
    keep: async (batch) => {
      const { batchId, partnerId } = batch;
      await connection.run('keeping a batch', (client) =>
        client
          .multi()
          .set(partnerBatchKey(batchId), JSON.stringify(batch), {
            expiration: { type: 'PX', value: ttlMs },
          })
          .sAdd(partnerBatchesKey(partnerId), batchId)
          .pExpire(partnerBatchesKey(partnerId), ttlMs)
          .exec(),
      );
    },
    read,
    remove: async (batchId) => {
      const batch = await read(batchId);
      if (batch === null) return;
      await connection.run('forgetting a batch', (client) =>
        client.multi().del(partnerBatchKey(batchId)).sRem(partnerBatchesKey(batch.partnerId), batchId).exec(),
      );
    },
  };
}

/** Forgets all that is known of a partner's batches. */
export async function forgetPartnerBatches(connection: RedisConnection, partnerId: string): Promise<void> {
  const key = partnerBatchesKey(partnerId);
  const ids = await connection.run('listing batches', (client) => client.sMembers(key));
  await connection.run('forgetting batches', (client) => client.del([...ids.map(partnerBatchKey), key]));
}
