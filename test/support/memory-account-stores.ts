import type { Account } from '../../src/protocol/accounts.ts';
import type { RedisAccountStore } from '../../src/state/redis-account-store.ts';
import type { RedisRefreshStore } from '../../src/state/redis-refresh-store.ts';

/** The account store of tests: the same contract as the one in Redis, in one process. */
export function createMemoryAccountStore(): RedisAccountStore {
  const accounts = new Map<string, Account>();
  const ids = new Map<string, string>();
  const copyOf = (userId: string) => structuredClone(accounts.get(userId) ?? null);
  return {
    create: async (account) => {
      if (ids.has(account.email)) return false;
      ids.set(account.email, account.userId);
      accounts.set(account.userId, structuredClone(account));
      return true;
    },
    read: async (userId) => copyOf(userId),
    findByEmail: async (email) => copyOf(ids.get(email) ?? ''),
    change: async (userId, apply) => {
      const account = copyOf(userId);
      if (account === null) return null;
      const next = apply(account);
      if (next !== null) accounts.set(userId, structuredClone(next));
      return next ?? account;
    },
    remove: async (userId) => {
      const account = copyOf(userId);
      accounts.delete(userId);
      if (account !== null) ids.delete(account.email);
      return account;
    },
  };
}

/** The store of sign-ins of tests; they do not end by themselves. */
export function createMemoryRefreshStore({ maxFamilies = 20 } = {}): RedisRefreshStore {
  /** The one that was used longest ago comes first. */
  const families = new Map<string, { readonly userId: string; readonly tokenHash: string }>();
  const idsOf = (userId: string) =>
    [...families].filter(([, family]) => family.userId === userId).map(([familyId]) => familyId);
  return {
    open: async ({ familyId, userId, tokenHash }) => {
      families.set(familyId, { userId, tokenHash });
      for (const old of idsOf(userId).slice(0, -maxFamilies)) families.delete(old);
    },
    rotate: async (familyId, tokenHash, nextTokenHash) => {
      const family = families.get(familyId);
      if (family === undefined) return { outcome: 'unknown' };
      const { userId } = family;
      families.delete(familyId);
      if (family.tokenHash !== tokenHash) return { outcome: 'reused', userId };
      families.set(familyId, { userId, tokenHash: nextTokenHash });
      return { outcome: 'rotated', userId };
    },
    end: async (familyId) => void families.delete(familyId),
    endAllOf: async (userId) => {
      for (const familyId of idsOf(userId)) families.delete(familyId);
    },
  };
}
