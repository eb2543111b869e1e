import { createHash } from 'node:crypto';
import { CONTOUR_LIKENESS_BANDS, contourBandKey, contourResultKey } from './keys.ts';
import type { RedisConnection } from './redis-connection.ts';

export interface ContourCacheKey {
  readonly owner: string | null;
  /** 64 bits as 16 hexadecimal digits: near for pictures that look alike. */
  readonly likeness: string;
  /** Hash over everything that the result is made from. */
  readonly digest: string;
}

export interface RedisContourCache {
  /**
   * `hit` only for the very same digest. `near`: a picture of this owner looks the same (at most 3 of 64 bits differ) and
   * is not the same request. Rejects with state-unavailable.
   */
  find(
    key: ContourCacheKey,
  ): Promise<
    | { readonly outcome: 'hit'; readonly result: Record<string, unknown> }
    | { readonly outcome: 'near' | 'miss'; readonly result: null }
  >;
  /** `result` is plain JSON. Rejects with state-unavailable. */
  keep(key: ContourCacheKey, result: Record<string, unknown>): Promise<void>;
}

export interface RedisContourCacheOptions {
  readonly ttlMs: number;
}

/** Newest of the pictures that share a band; a thousand copies of one picture must not make a lookup slow. */
const MAX_PER_BAND = 32;
/** Hashes that differ in no more bits share at least one of four bands. */
const MAX_NEAR_BITS = CONTOUR_LIKENESS_BANDS - 1;

/**
 * Earlier results by how their pictures look. A picture's hash is cut into four bands, each with a list of the results
 * filed under it: whatever looks the same shares a band. Of what is found there, only the result with the same digest
 * is given out.
 */
export function createRedisContourCache(
  connection: RedisConnection,
  { ttlMs }: RedisContourCacheOptions,
): RedisContourCache {
  return {
    find: async ({ owner, likeness, digest }) => {
      const scope = scopeOf(owner);
      const filed = await connection.run('looking for contours', (client) =>
        Promise.all(
          bandsOf(likeness).map((band, index) =>
            client.zRange(contourBandKey(scope, index, band), 0, MAX_PER_BAND - 1, { REV: true }),
          ),
        ),
      );
      const candidates = new Set(filed.flat());
      if (candidates.has(`${likeness}:${digest}`)) {
        const text = await connection.run('reading contours', (client) =>
          client.get(contourResultKey(scope, digest)),
        );
        if (text !== null) return { outcome: 'hit', result: JSON.parse(text) as Record<string, unknown> };
      }
      const isNear = [...candidates].some(
        (candidate) => bitsBetween(likeness, candidate.split(':', 1)[0]!) <= MAX_NEAR_BITS,
      );
      return { outcome: isNear ? 'near' : 'miss', result: null };
    },
    keep: async ({ owner, likeness, digest }, result) => {
      const scope = scopeOf(owner);
      await connection.run('keeping contours', (client) => {
        const all = client.multi().set(contourResultKey(scope, digest), JSON.stringify(result), {
          expiration: { type: 'PX', value: ttlMs },
        });
        bandsOf(likeness).forEach((band, index) => {
          const key = contourBandKey(scope, index, band);
          all
            .zAdd(key, { score: Date.now(), value: `${likeness}:${digest}` })
            .zRemRangeByRank(key, 0, -MAX_PER_BAND - 1)
            .pExpire(key, ttlMs);
        });
        return all.exec();
      });
    },
  };
}

/** Subjects may be of any form and length, and need not be readable in a key. */
function scopeOf(owner: string | null): string {
  return createHash('sha256').update(JSON.stringify(owner)).digest('hex').slice(0, 32);
}

function bandsOf(likeness: string): string[] {
  const digits = likeness.length / CONTOUR_LIKENESS_BANDS;
  return Array.from({ length: CONTOUR_LIKENESS_BANDS }, (_, index) =>
    likeness.slice(index * digits, (index + 1) * digits),
  );
}

function bitsBetween(a: string, b: string): number {
  let differing = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  let count = 0;
  for (; differing > 0n; differing >>= 1n) count += Number(differing & 1n);
  return count;
}
