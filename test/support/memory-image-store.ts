import type { ImageRecord } from '../../src/protocol/image-records.ts';
import type { RedisImageStore } from '../../src/state/redis-image-store.ts';

/** The image store of tests: the same contract as the one in Redis, in one process. */
export function createMemoryImageStore(): RedisImageStore {
  const records = new Map<string, ImageRecord>();
  const read = async (imageId: string) => structuredClone(records.get(imageId) ?? null);
  return {
    create: async (record) => {
      if (records.has(record.imageId)) return false;
      records.set(record.imageId, structuredClone(record));
      return true;
    },
    read,
    readMany: (imageIds) => Promise.all(imageIds.map(read)),
    complete: async (imageId, processed) => {
      const record = records.get(imageId);
      if (record === undefined) return false;
      records.set(imageId, { ...record, processed: structuredClone(processed) });
      return true;
    },
    remove: async (imageId) => {
      const record = records.get(imageId) ?? null;
      records.delete(imageId);
      return record;
    },
    count: async () => [...records.values()].filter(({ processed }) => processed !== null).length,
  };
}
