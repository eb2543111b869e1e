import type { RateLimiter } from '../../src/state/redis-rate-limiter.ts';

/** Counts as the one in Redis does, in a window that does not move on while a test runs. */
export function countingLimiter(): RateLimiter {
  const used = new Map<string, number>();
  return {
    take: async ({ scope, limit, windowMs }, who) => {
      const key = JSON.stringify([scope, who]);
      const count = used.get(key) ?? 0;
      if (count === limit) return { allowed: false, remaining: 0, retryAfterMs: windowMs };
      used.set(key, count + 1);
      const remaining = limit - count - 1;
      return { allowed: true, remaining, retryAfterMs: remaining > 0 ? 0 : windowMs };
    },
  };
}
