import { z } from 'zod';
import {
  REFRESH_FAMILIES_KEYS_BEGIN,
  REFRESH_FAMILY_KEYS_BEGIN,
  refreshFamiliesKey,
  refreshFamilyKey,
} from './keys.ts';
import type { RedisConnection } from './redis-connection.ts';

export interface RedisRefreshStoreOptions {
  /** How long a sign-in lasts without a new token. */
  readonly ttlMs: number;
  /** Sign-ins of one account; the one that was used longest ago makes room. Default 20. */
  readonly maxFamilies?: number;
}

/** The good refresh token of each sign-in, by its SHA-256; every method rejects with state-unavailable while Redis is away. */
export interface RedisRefreshStore {
  open(family: {
    readonly familyId: string;
    readonly userId: string;
    readonly tokenHash: string;
  }): Promise<void>;
  rotate(
    familyId: string,
    tokenHash: string,
    nextTokenHash: string,
  ): Promise<
    { readonly outcome: 'rotated' | 'reused'; readonly userId: string } | { readonly outcome: 'unknown' }
  >;
  end(familyId: string): Promise<void>;
  endAllOf(userId: string): Promise<void>;
}

/** Puts a family behind all others of its account, also behind one of the same moment: the newest must not be the one to go. */
const USE = `
local function use(families, family, ttl)
  local time = redis.call('TIME')
  local now = time[1] * 1000000 + time[2]
  local newest = redis.call('ZRANGE', families, -1, -1, 'WITHSCORES')[2]
  if newest and tonumber(newest) >= now then now = tonumber(newest) + 1 end
  redis.call('ZADD', families, now, family)
  redis.call('PEXPIRE', families, ttl)
end`;

/** KEYS: family, the account's families. ARGV: family id, account id, token hash, ttl, most families, begin of families' keys. */
const OPEN = `${USE}
redis.call('HSET', KEYS[1], 'userId', ARGV[2], 'tokenHash', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
use(KEYS[2], ARGV[1], ARGV[4])
local excess = redis.call('ZCARD', KEYS[2]) - ARGV[5]
if excess > 0 then
  for _, family in ipairs(redis.call('ZRANGE', KEYS[2], 0, excess - 1)) do
    redis.call('DEL', ARGV[6] .. family)
  end
  redis.call('ZREMRANGEBYRANK', KEYS[2], 0, excess - 1)
end
return 1`;

/** KEYS: family. ARGV: family id, token hash, next token hash, ttl, begin of accounts' keys. */
const ROTATE = `${USE}
local user = redis.call('HGET', KEYS[1], 'userId')
if not user then return { 'unknown' } end
local families = ARGV[5] .. user
if redis.call('HGET', KEYS[1], 'tokenHash') ~= ARGV[2] then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', families, ARGV[1])
  return { 'reused', user }
end
redis.call('HSET', KEYS[1], 'tokenHash', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
use(families, ARGV[1], ARGV[4])
return { 'rotated', user }`;

/** KEYS: family. ARGV: family id, begin of accounts' keys. */
const END = `
local user = redis.call('HGET', KEYS[1], 'userId')
if user then redis.call('ZREM', ARGV[2] .. user, ARGV[1]) end
return redis.call('DEL', KEYS[1])`;

/** KEYS: the account's families. ARGV: begin of families' keys. */
const END_ALL = `
for _, family in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do redis.call('DEL', ARGV[1] .. family) end
return redis.call('DEL', KEYS[1])`;

const rotatedSchema = z.union([
  z.tuple([z.literal('unknown')]),
  z.tuple([z.enum(['rotated', 'reused']), z.string()]),
]);

export function createRedisRefreshStore(
  connection: RedisConnection,
  { ttlMs, maxFamilies = 20 }: RedisRefreshStoreOptions,
): RedisRefreshStore {
  return {
    open: async ({ familyId, userId, tokenHash }) => {
      await connection.run('opening a sign-in', (client) =>
        client.eval(OPEN, {
          keys: [refreshFamilyKey(familyId), refreshFamiliesKey(userId)],
          arguments: [
            familyId,
            userId,
            tokenHash,
            String(ttlMs),
            String(maxFamilies),
            REFRESH_FAMILY_KEYS_BEGIN,
          ],
        }),
      );
    },
    rotate: async (familyId, tokenHash, nextTokenHash) => {
      const reply = await connection.run('renewing a sign-in', (client) =>
        client.eval(ROTATE, {
          keys: [refreshFamilyKey(familyId)],
          arguments: [familyId, tokenHash, nextTokenHash, String(ttlMs), REFRESH_FAMILIES_KEYS_BEGIN],
        }),
      );
      const [outcome, userId] = rotatedSchema.parse(reply);
      return outcome === 'unknown' ? { outcome } : { outcome, userId };
    },
    end: async (familyId) => {
      await connection.run('ending a sign-in', (client) =>
        client.eval(END, {
          keys: [refreshFamilyKey(familyId)],
          arguments: [familyId, REFRESH_FAMILIES_KEYS_BEGIN],
        }),
      );
    },
    endAllOf: async (userId) => {
      await connection.run('ending the sign-ins of an account', (client) =>
        client.eval(END_ALL, { keys: [refreshFamiliesKey(userId)], arguments: [REFRESH_FAMILY_KEYS_BEGIN] }),
      );
    },
  };
}
