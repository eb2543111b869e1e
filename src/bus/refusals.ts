import type { StreamName } from './types.ts';

/** Streams that take no messages now, because there is no room. */
export interface Refusals {
  refused(stream: StreamName, reason: string): void;
  taken(stream: StreamName): void;
  /** What is known of it: a stream that nobody has published to for a minute is not held against the server. */
  current(): readonly { readonly stream: StreamName; readonly reason: string }[];
}

const KEPT_MS = 60_000;

export function createRefusals(nowMs: () => number = () => performance.now()): Refusals {
  const lastOf = new Map<StreamName, { readonly reason: string; readonly atMs: number }>();
  return {
    refused: (stream, reason) => void lastOf.set(stream, { reason, atMs: nowMs() }),
    taken: (stream) => void lastOf.delete(stream),
    current: () =>
      [...lastOf]
        .filter(([, { atMs }]) => nowMs() - atMs < KEPT_MS)
        .map(([stream, { reason }]) => ({ stream, reason })),
  };
}
