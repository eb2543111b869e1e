export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * The pause before the given attempt (1 is the first): doubles up to `maxMs`, with half of it drawn by lot, so
 * that the clients of a node that died do not come back in one wave. `random` is 0..1.
 */
export function backoffMs(attempt: number, { firstMs, maxMs }: BackoffOptions, random: number): number {
  const ceilingMs = Math.min(maxMs, firstMs * 2 ** (attempt - 1));
  return ceilingMs / 2 + (random * ceilingMs) / 2;
}
