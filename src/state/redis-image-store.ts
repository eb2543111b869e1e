import { type ImageRecord, imageRecordSchema, type ProcessedImage } from '../protocol/image-records.ts';
import { IMAGE_COUNT_KEY, imageKey, UNPROCESSED_IMAGE_TTL_MS } from './keys.ts';
import type { RedisConnection } from './redis-connection.ts';

/** Uploaded images by id; every method rejects with state-unavailable while Redis is away. */
export interface RedisImageStore {
  /** False where there is one of this id already, which stays. */
  create(record: ImageRecord): Promise<boolean>;
  read(imageId: string): Promise<ImageRecord | null>;
  /** In the order of the ids. */
  readMany(imageIds: readonly string[]): Promise<readonly (ImageRecord | null)[]>;
  /** False where the image was deleted meanwhile. */
  complete(imageId: string, processed: ProcessedImage): Promise<boolean>;
  /** The record as it was last; null where there was none. */
  remove(imageId: string): Promise<ImageRecord | null>;
  /** Of those that are processed. */
  count(): Promise<number>;
}

export function createRedisImageStore(connection: RedisConnection): RedisImageStore {
  async function read(imageId: string): Promise<ImageRecord | null> {
    return recordOf(await connection.run('reading an image', (client) => client.get(imageKey(imageId))));
  }

  async function counted(by: 1 | -1): Promise<void> {
    await connection.run('counting images', (client) => client.incrBy(IMAGE_COUNT_KEY, by));
  }

  return {
    create: async (record) => {
      const kept = await connection.run('keeping an image', (client) =>
        client.set(imageKey(record.imageId), JSON.stringify(record), {
          condition: 'NX',
          ...(record.processed === null && {
            expiration: { type: 'PX' as const, value: UNPROCESSED_IMAGE_TTL_MS },
          }),
        }),
      );
      if (kept !== null && record.processed !== null) await counted(1);
      return kept !== null;
    },
    read,
    readMany: async (imageIds) => {
      if (imageIds.length === 0) return [];
      const texts = await connection.run('reading images', (client) => client.mGet(imageIds.map(imageKey)));
      return texts.map(recordOf);
    },
    complete: async (imageId, processed) => {
      const record = await read(imageId);
      if (record === null) return false;
      // Only the worker changes a record: what may happen in between is that it is deleted, and then it stays so.
      const before = await connection.run('completing an image', (client) =>
        client.set(imageKey(imageId), JSON.stringify({ ...record, processed }), {
          condition: 'XX',
          GET: true,
        }),
      );
      if (recordOf(before)?.processed === null) await counted(1);
      return before !== null;
    },
    remove: async (imageId) => {
      const text = await connection.run('deleting an image', (client) => client.getDel(imageKey(imageId)));
      const record = recordOf(text);
      if (record !== null && record.processed !== null) await counted(-1);
      return record;
    },
    count: async () => {
      const text = await connection.run('counting images', (client) => client.get(IMAGE_COUNT_KEY));
      return Math.max(0, Number(text ?? 0));
    },
  };
}

function recordOf(text: string | null): ImageRecord | null {
  return text === null ? null : imageRecordSchema.parse(JSON.parse(text));
}
