/** Inserts rows, and where ClickHouse refuses some for what is in them, all the others. */
import { isDataError } from './client.ts';
import type { TableBatch } from './table-batch.ts';
import type { Store } from './types.ts';

export interface Refused<Origin> {
  readonly origin: Origin;
  readonly reason: string;
}

/**
 * Resolves with the rows that cannot be inserted, found by halving: a batch with one broken row costs about
 * 2·log2(rows) inserts. Rejects when ClickHouse is not to be reached or refuses for another reason.
 */
export async function insertAround<Row, Origin>(
  store: Pick<Store, 'insertBytes'>,
  batch: TableBatch<Row, Origin>,
  from = 0,
  to = batch.rows,
): Promise<Refused<Origin>[]> {
  if (from === to) return [];
  const { table, clause } = batch.format;
  try {
    await store.insertBytes(table, clause, batch.bytes(from, to));
    return [];
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (to - from === 1) return [{ origin: batch.origin(from), reason: (error as Error).message }];
  }
  const middle = (from + to) >> 1;
  const first = await insertAround(store, batch, from, middle);
  return [...first, ...(await insertAround(store, batch, middle, to))];
}
