import { z } from 'zod';
import { rateLimitKey } from './keys.ts';
import type { RedisConnection } from './redis-connection.ts';

export interface RateLimit {
  /** Names the limit; calls of different scopes do not count together. */
  readonly scope: string;
  /** Calls within any window of `windowMs`. */
  readonly limit: number;
  readonly windowMs: number;
}

export interface RateDecision {
  readonly allowed: boolean;
  /** Calls that are left now. */
  readonly remaining: number;
  /** Until the next call would be allowed; 0 where one is now. */
  readonly retryAfterMs: number;
}

/** Counts over all processes that share the Redis. */
export interface RateLimiter {
  /** Counts one call of `who` where it is allowed. Rejects with state-unavailable. */
  take(rule: RateLimit, who: string): Promise<RateDecision>;
}

/**
 * A log of the calls in the window: exact at every moment, where a counter per fixed window lets twice the limit
 * through around its border. A log is as long as its limit, which is hundreds at most. The clock is Redis's own, so
 * that nodes need not agree on the time. Members are the times themselves, moved on where two calls meet.
 */
const TAKE = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2]) * 1000
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
local used = redis.call('ZCARD', KEYS[1])
if used < limit then
  local newest = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
  if newest and tonumber(newest) >= now then now = tonumber(newest) + 1 end
  redis.call('ZADD', KEYS[1], now, string.format('%.0f', now))
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  used = used + 1
  if used < limit then return { 1, limit - used, 0 } end
  local oldest = tonumber(redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2])
  return { 1, 0, math.ceil((oldest + window - now) / 1000) }
end
local oldest = tonumber(redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2])
return { 0, 0, math.ceil((oldest + window - now) / 1000) }`;

const replySchema = z.tuple([z.number(), z.number(), z.number()]);

export function createRedisRateLimiter(connection: RedisConnection): RateLimiter {
  return {
    take: async ({ scope, limit, windowMs }, who) => {
      const reply = await connection.run('counting a call', (client) =>
        client.eval(TAKE, {
          keys: [rateLimitKey(scope, who)],
          arguments: [String(limit), String(windowMs)],
        }),
      );
      const [allowed, remaining, retryAfterMs] = replySchema.parse(reply);
      return { allowed: allowed === 1, remaining, retryAfterMs };
    },
  };
}
