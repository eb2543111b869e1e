import { WORKERS_KEY } from './keys.ts';
import type { RedisConnection } from './redis-connection.ts';

/** Which workers are alive, over all processes that share the Redis. Everything rejects with state-unavailable. */
export interface WorkerRegister {
  /** Counts the worker for `ttlMs` from now on; one that dies is not counted any more after that. */
  beat(workerId: string, ttlMs: number): Promise<void>;
  /** The worker is not counted any more. */
  leave(workerId: string): Promise<void>;
  count(): Promise<number>;
}

/** By Redis's own clock, so that nodes need not agree on the time. KEYS: workers. ARGV: id, ttl. */
const BEAT = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local last = tonumber(redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2])
redis.call('PEXPIREAT', KEYS[1], last)
return 1`;

const COUNT = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
return redis.call('ZCOUNT', KEYS[1], '(' .. string.format('%.0f', now), '+inf')`;

export function createRedisWorkerRegister(connection: RedisConnection): WorkerRegister {
  return {
    beat: async (workerId, ttlMs) => {
      await connection.run('telling that a worker is alive', (client) =>
        client.eval(BEAT, { keys: [WORKERS_KEY], arguments: [workerId, String(ttlMs)] }),
      );
    },
    leave: async (workerId) => {
      await connection.run('telling that a worker stops', (client) => client.zRem(WORKERS_KEY, workerId));
    },
    count: async () =>
      Number(
        await connection.run('counting workers', (client) =>
          client.eval(COUNT, { keys: [WORKERS_KEY], arguments: [] }),
        ),
      ),
  };
}
