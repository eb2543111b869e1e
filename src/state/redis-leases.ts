import { randomUUID } from 'node:crypto';
import { leaseKey } from './keys.ts';
import type { RedisConnection } from './redis-connection.ts';

/** Work that one process does at a time; every method rejects with state-unavailable while Redis is away. */
export interface RedisLeases {
  /** Resolves with the release; null where somebody holds it. It ends by itself after `ttlMs`. */
  take(work: string, ttlMs: number): Promise<(() => Promise<void>) | null>;
}

/** KEYS: lease. ARGV: holder. */
const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

export function createRedisLeases(connection: RedisConnection): RedisLeases {
  return {
    take: async (work, ttlMs) => {
      const key = leaseKey(work);
      const holder = randomUUID();
      const taken = await connection.run('taking a lease', (client) =>
        client.set(key, holder, { condition: 'NX', expiration: { type: 'PX', value: ttlMs } }),
      );
      if (taken === null) return null;
      return async () => {
        await connection.run('giving a lease back', (client) =>
          client.eval(RELEASE, { keys: [key], arguments: [holder] }),
        );
      };
    },
  };
}
