/**
 * One migrating process at a time, without a compare-and-swap, which ClickHouse does not have: Lamport's bakery. It
 * needs no more than that a row is seen by every SELECT that begins after its INSERT has returned, which one server
 * gives. A process that is about to take a ticket says so first, and nobody passes it by until it has one; of two
 * equal tickets the smaller owner goes first. Rows expire by the server's clock, so a process that died holds nobody
 * up for longer than the lease, and the holder renews its own.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { FramegateError } from '../protocol/framegate-error.ts';

export interface LockStore {
  query<Row>(sql: string, params?: Record<string, unknown>): Promise<Row[]>;
  command(sql: string, params?: Record<string, unknown>): Promise<void>;
}

export interface MigrationLockOptions {
  /** `database.table`, ReplacingMergeTree(version) with owner, ticket, version, expires_at. */
  readonly table: string;
  readonly leaseMs?: number;
  readonly pollMs?: number;
  /** How long to wait for others. Default 60 s. */
  readonly waitMs?: number;
}

interface Place {
  owner: string;
  /** 0 while its owner is choosing one. */
  ticket: number;
}

/** Runs `work` while no other process runs its own; rejects with store-unavailable when the wait was too long. */
export async function withMigrationLock<T>(
  store: LockStore,
  options: MigrationLockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const { table, leaseMs = 8000, pollMs = 50, waitMs = 60_000 } = options;
  const owner = randomUUID();
  let version = 0;
  const put = (ticket: number, expiresInMs: number): Promise<void> => {
    version += 1;
    return store.command(
      `INSERT INTO ${table} SELECT {owner:String}, {ticket:UInt32}, {version:UInt64},
         now64(3) + toIntervalMillisecond({expiresInMs:Int64})`,
      { owner, ticket, version, expiresInMs },
    );
  };
  const others = async (): Promise<Place[]> =>
    await store.query<Place>(
      `SELECT owner, ticket FROM ${table} FINAL WHERE expires_at > now64(3) AND owner != {owner:String}`,
      { owner },
    );

  await put(0, leaseMs);
  const ticket = 1 + Math.max(0, ...(await others()).map((place) => place.ticket));
  await put(ticket, leaseMs);
  const deadline = performance.now() + waitMs;
  let renewAt = performance.now() + leaseMs / 3;
  const goesFirst = (place: Place): boolean =>
    place.ticket === 0 || place.ticket < ticket || (place.ticket === ticket && place.owner < owner);
  while ((await others()).some(goesFirst)) {
    if (performance.now() > deadline) {
      await put(ticket, -1);
      throw new FramegateError(
        'store-unavailable',
        'Another process has been migrating ClickHouse for too long',
        {
          retryable: true,
        },
      );
    }
    if (performance.now() > renewAt) {
      await put(ticket, leaseMs);
      renewAt = performance.now() + leaseMs / 3;
    }
    await pause(pollMs);
  }

  const renewal = setInterval(() => {
    // A lost renewal is mended by the next one, or by the statements being harmless when run twice.
    put(ticket, leaseMs).catch(() => undefined);
  }, leaseMs / 3);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    // A renewal may still be on its way: the release has to win over it. Where it fails, the lease runs out instead.
    version += 1_000_000;
    await put(ticket, -1).catch(() => undefined);
  }
}
