import { isUnspent, type RateLimit, type Spending, spend, unspent } from './rate-limit.ts';

/** One rate limit for each of many addresses. */
export interface AddressBudgets {
  /** False where the address has used up what it may. */
  take(key: string): boolean;
  /** Addresses that are remembered. */
  readonly size: number;
}

/** Whoever has this many networks to come from is not held by a limit per address; the node's own bounds remain. */
const MAX_ADDRESSES = 50_000;
/** Forgotten with each call, so that what a flood of addresses left behind goes away faster than it came. */
const FORGOTTEN_AT_ONCE = 2;

export function createAddressBudgets(
  limit: RateLimit,
  nowMs: () => number,
  maxAddresses = MAX_ADDRESSES,
): AddressBudgets {
  /** In the order of their last call. */
  const spendings = new Map<string, Spending>();

  function forgetOld(atMs: number): void {
    let left = FORGOTTEN_AT_ONCE;
    for (const [key, spending] of spendings) {
      if (left === 0) return;
      if (spendings.size <= maxAddresses && !isUnspent(spending, limit, atMs)) return;
      spendings.delete(key);
      left -= 1;
    }
  }

  return {
    get size() {
      return spendings.size;
    },
    take(key) {
      const atMs = nowMs();
      const spending = spendings.get(key) ?? unspent(limit, atMs);
      const taken = spend(spending, limit, 1, atMs);
      spendings.delete(key);
      spendings.set(key, spending);
      forgetOld(atMs);
      return taken;
    },
  };
}
