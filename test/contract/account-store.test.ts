import { createHash, randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountStore, RefreshStore } from '../../src/accounts/types.ts';
import type { Account } from '../../src/protocol/accounts.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import {
  accountKey,
  refreshFamiliesKey,
  refreshFamilyKey,
  SIGNING_SECRET_KEY,
} from '../../src/state/keys.ts';
import { createMemoryAccountStore, createMemoryRefreshStore } from '../support/memory-account-stores.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';

const TTL_MS = 30 * 24 * 3_600_000;
const MAX_FAMILIES = 3;

function account(changes: Partial<Account> = {}): Account {
  const userId = randomUUID();
  return {
    userId,
    email: `${userId}@example.org`,
    displayName: 'Łukasz "王" \n',
    passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
    role: 'user',
    consent: { store_images: true, training: false },
    createdAtMs: 1_767_225_600_000,
    lastLoginAtMs: null,
    ...changes,
  };
}

function token() {
  return createHash('sha256').update(randomUUID()).digest('hex');
}

/** The same stores as two processes see them. */
interface Subject {
  readonly here: AccountStore;
  readonly there: AccountStore;
  readonly refreshHere: RefreshStore;
  readonly refreshThere: RefreshStore;
}

async function connect(url: string) {
  const client = createClient({ url });
  await client.connect();
  return client;
}

let server: TestRedisServer | null = null;
let operator: Awaited<ReturnType<typeof connect>>;
let state: RedisState;
let other: RedisState;

beforeAll(async () => {
  if (redisServerMissing !== null) return;
  server = await startRedisServer();
  const { url } = server;
  const open = () => createRedisState({ url, firstConnectMs: 5000 });
  [state, other, operator] = await Promise.all([open(), open(), connect(url)]);
});
afterAll(async () => {
  state?.close();
  other?.close();
  operator?.destroy();
  await server?.close();
});

const openRefresh = (redis: RedisState) =>
  redis.openRefreshStore({ ttlMs: TTL_MS, maxFamilies: MAX_FAMILIES });

function inRedis(): Subject {
  return {
    here: state.accounts,
    there: other.accounts,
    refreshHere: openRefresh(state),
    refreshThere: openRefresh(other),
  };
}

const memory = createMemoryAccountStore();
const memoryRefresh = createMemoryRefreshStore({ maxFamilies: MAX_FAMILIES });
const ofTests: Subject = {
  here: memory,
  there: memory,
  refreshHere: memoryRefresh,
  refreshThere: memoryRefresh,
};

const STORES: readonly [name: string, subject: () => Subject, missing: string | null][] = [
  ['in Redis', inRedis, redisServerMissing],
  ['of tests', () => ofTests, null],
];

for (const [name, subject, missing] of STORES) {
  describe.skipIf(missing !== null)(`the account store ${name}`, () => {
    it('gives back what was kept, by id and by address, to every process', async () => {
      const kept = account();
      const { here, there } = subject();
      expect(await here.create(kept)).toBe(true);
      expect(await there.read(kept.userId)).toEqual(kept);
      expect(await there.findByEmail(kept.email)).toEqual(kept);
      expect(await there.read('another')).toBeNull();
      expect(await there.findByEmail('another@example.org')).toBeNull();
    });

    it('of many with one address at once keeps one', async () => {
      const email = `${randomUUID()}@example.org`;
      const all = Array.from({ length: 10 }, () => account({ email }));
      const { here, there } = subject();
      const created = await Promise.all(all.map((one, index) => (index % 2 ? here : there).create(one)));
      expect(created.filter(Boolean)).toHaveLength(1);
      expect(await here.findByEmail(email)).toEqual(all[created.indexOf(true)]);
      for (const [index, one] of all.entries())
        expect((await here.read(one.userId)) !== null).toBe(created[index]);
    });

    it('loses no change of those that come at once', async () => {
      const kept = account({ createdAtMs: 0 });
      const { here, there } = subject();
      await here.create(kept);
      await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          (index % 2 ? here : there).change(kept.userId, (one) => ({
            ...one,
            createdAtMs: one.createdAtMs + 1,
          })),
        ),
      );
      expect((await here.read(kept.userId))?.createdAtMs).toBe(40);
    });

    it('leaves alone what is not changed, and makes nothing of what is not there', async () => {
      const kept = account();
      const { here } = subject();
      await here.create(kept);
      expect(await here.change(kept.userId, () => null)).toEqual(kept);
      expect(await here.change('another', (one) => one)).toBeNull();
      expect(await here.read('another')).toBeNull();
    });

    it('frees the address of what is removed, once', async () => {
      const kept = account();
      const { here, there } = subject();
      await here.create(kept);
      const removed = await Promise.all([here.remove(kept.userId), there.remove(kept.userId)]);
      expect(removed.filter((one) => one !== null)).toEqual([kept]);
      expect(await here.read(kept.userId)).toBeNull();
      expect(await here.findByEmail(kept.email)).toBeNull();
      const next = account({ email: kept.email });
      expect(await there.create(next)).toBe(true);
      // The old one is gone: its removal, repeated, takes nothing of the new one.
      expect(await here.remove(kept.userId)).toBeNull();
      expect(await here.findByEmail(kept.email)).toEqual(next);
    });
  });

  describe.skipIf(missing !== null)(`the store of sign-ins ${name}`, () => {
    const open = async (userId: string = randomUUID()) => {
      const [familyId, tokenHash] = [randomUUID(), token()];
      await subject().refreshHere.open({ familyId, userId, tokenHash });
      return { familyId, tokenHash, userId };
    };

    it('goes from token to token, for every process', async () => {
      const { familyId, tokenHash, userId } = await open();
      const [second, third] = [token(), token()];
      const { refreshHere, refreshThere } = subject();
      expect(await refreshThere.rotate(familyId, tokenHash, second)).toEqual({ outcome: 'rotated', userId });
      expect(await refreshHere.rotate(familyId, second, third)).toEqual({ outcome: 'rotated', userId });
      expect(await refreshHere.rotate('another', second, third)).toEqual({ outcome: 'unknown' });
    });

    it('ends with a token that comes again', async () => {
      const { familyId, tokenHash, userId } = await open();
      const second = token();
      const { refreshHere, refreshThere } = subject();
      await refreshHere.rotate(familyId, tokenHash, second);
      expect(await refreshThere.rotate(familyId, tokenHash, token())).toEqual({ outcome: 'reused', userId });
      expect(await refreshHere.rotate(familyId, second, token())).toEqual({ outcome: 'unknown' });
    });

    it('takes one of two who come with one token at once, and ends then', async () => {
      for (let round = 0; round < 20; round++) {
        const { familyId, tokenHash } = await open();
        const next = [token(), token()] as const;
        const { refreshHere, refreshThere } = subject();
        const outcomes = await Promise.all([
          refreshHere.rotate(familyId, tokenHash, next[0]),
          refreshThere.rotate(familyId, tokenHash, next[1]),
        ]);
        expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['reused', 'rotated']);
        for (const one of next)
          expect(await refreshHere.rotate(familyId, one, token())).toEqual({ outcome: 'unknown' });
      }
    });

    it('ends one, or all of an account', async () => {
      const userId = randomUUID();
      const [first, second, third] = [await open(userId), await open(userId), await open(userId)];
      const stranger = await open();
      const { refreshHere, refreshThere } = subject();
      const outcomeOf = async ({ familyId, tokenHash }: typeof first) =>
        (await refreshHere.rotate(familyId, tokenHash, tokenHash)).outcome;
      await refreshThere.end(first.familyId);
      expect(await outcomeOf(first)).toBe('unknown');
      expect(await outcomeOf(second)).toBe('rotated');
      await refreshThere.endAllOf(userId);
      expect(await outcomeOf(second)).toBe('unknown');
      expect(await outcomeOf(third)).toBe('unknown');
      expect(await outcomeOf(stranger)).toBe('rotated');
      await expect(refreshHere.end('another')).resolves.toBeUndefined();
      await expect(refreshHere.endAllOf('nobody')).resolves.toBeUndefined();
    });

    it('keeps those of an account that were used last, where there are too many', async () => {
      const outcomeOf = async ({ familyId, tokenHash }: Awaited<ReturnType<typeof open>>) =>
        (await subject().refreshHere.rotate(familyId, tokenHash, tokenHash)).outcome;
      // Often enough that some come within one tick of the clock.
      for (let round = 0; round < 20; round++) {
        const userId = randomUUID();
        const first = await open(userId);
        const [second, third] = [await open(userId), await open(userId)];
        expect(await outcomeOf(first)).toBe('rotated');
        const [fourth, fifth] = await Promise.all([open(userId), open(userId)]);
        const outcomes = [];
        for (const one of [first, second, third, fourth, fifth]) outcomes.push(await outcomeOf(one));
        expect(outcomes).toEqual(['rotated', 'unknown', 'unknown', 'rotated', 'rotated']);
      }
    });
  });
}

describe.skipIf(redisServerMissing !== null)('in Redis alone', () => {
  it('an account stays; a sign-in ends by itself, later with each new token', async () => {
    const kept = account();
    await state.accounts.create(kept);
    await state.accounts.change(kept.userId, (one) => ({ ...one, displayName: 'Ann' }));
    expect(await operator.pTTL(accountKey(kept.userId))).toBe(-1);
    const refresh = openRefresh(state);
    const [familyId, first, second] = [randomUUID(), token(), token()];
    await refresh.open({ familyId, userId: kept.userId, tokenHash: first });
    const keys = [refreshFamilyKey(familyId), refreshFamiliesKey(kept.userId)];
    for (const key of keys) {
      expect(await operator.pTTL(key)).toBeGreaterThan(TTL_MS - 60_000);
      await operator.pExpire(key, 5000);
    }
    await refresh.rotate(familyId, first, second);
    for (const key of keys) expect(await operator.pTTL(key)).toBeGreaterThan(TTL_MS - 60_000);
    await operator.del(refreshFamilyKey(familyId));
    expect(await refresh.rotate(familyId, second, token())).toEqual({ outcome: 'unknown' });
  });

  it('nothing is left of an account that is removed', async () => {
    await operator.flushAll();
    const kept = account();
    await state.accounts.create(kept);
    const refresh = openRefresh(state);
    for (let count = 0; count < MAX_FAMILIES + 2; count++)
      await refresh.open({ familyId: randomUUID(), userId: kept.userId, tokenHash: token() });
    expect(await operator.keys('*')).toHaveLength(3 + MAX_FAMILIES);
    await state.accounts.remove(kept.userId);
    await refresh.endAllOf(kept.userId);
    expect(await operator.keys('*')).toEqual([]);
  });

  it('one signing secret is made by all who ask at once', async () => {
    await operator.del(SIGNING_SECRET_KEY);
    const secrets = await Promise.all(
      Array.from({ length: 8 }, (_, index) => (index % 2 ? state : other).signingSecret()),
    );
    expect(new Set(secrets).size).toBe(1);
    expect(secrets[0]).toMatch(/^[\w-]{43}$/);
    expect(await operator.pTTL(SIGNING_SECRET_KEY)).toBe(-1);
  });

  it('a Redis that is away rejects every call with state-unavailable', async () => {
    const away = await startRedisServer();
    const lost = await createRedisState({ url: away.url, firstConnectMs: 5000 });
    try {
      await away.kill();
      const refresh = openRefresh(lost);
      for (const call of [
        () => lost.accounts.create(account()),
        () => lost.accounts.read('a'),
        () => lost.accounts.findByEmail('a@example.org'),
        () => lost.accounts.change('a', (one) => one),
        () => lost.accounts.remove('a'),
        () => refresh.open({ familyId: 'f', userId: 'a', tokenHash: 't' }),
        () => refresh.rotate('f', 't', 'u'),
        () => refresh.end('f'),
        () => refresh.endAllOf('a'),
        () => lost.signingSecret(),
      ])
        await expect(call()).rejects.toMatchObject({ code: 'state-unavailable', retryable: true });
    } finally {
      lost.close();
      await away.close();
    }
  });
});
