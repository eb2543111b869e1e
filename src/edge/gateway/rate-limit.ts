/** `burst` at once, and `perSecond` over time. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** What one party has left of a limit, and when that was reckoned. */
export interface Spending {
  left: number;
  atMs: number;
}

export function unspent({ burst }: RateLimit, atMs: number): Spending {
  return { left: burst, atMs };
}

/** Takes `amount` from what is left; false, and nothing is taken, where less is. */
export function spend(spending: Spending, limit: RateLimit, amount: number, atMs: number): boolean {
  refill(spending, limit, atMs);
  if (spending.left < amount) return false;
  spending.left -= amount;
  return true;
}

/** Whether all of the limit is there again. */
export function isUnspent(spending: Spending, limit: RateLimit, atMs: number): boolean {
  refill(spending, limit, atMs);
  return spending.left >= limit.burst;
}

function refill(spending: Spending, { perSecond, burst }: RateLimit, atMs: number): void {
  spending.left = Math.min(burst, spending.left + ((atMs - spending.atMs) / 1000) * perSecond);
  spending.atMs = atMs;
}
