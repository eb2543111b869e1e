/** Erasures in ClickHouse: one that is asked for, and the guard that keeps late rows of the erased away. */
import { eraseRows, quoted } from './erase-rows.ts';
import { ERASED_KINDS, type ErasableIds, type ErasedKind, noIds } from './erasure-targets.ts';
import type { ErasureRequest } from './rows/record-rows.ts';
import type { Store } from './types.ts';

/** What the sink needs of erasures. Everything rejects as the store does. */
export interface Erasures {
  /** Removes, then proves it with a row of `erasures`; one that is there already stays as it is. */
  carryOut(request: ErasureRequest): Promise<void>;
  /**
   * For ids that rows were just inserted with. Asked after the insert: an erasure writes down whom it erases before it
   * removes, so that either it finds the row or this finds its note. Asked before, a row could slip in between.
   */
  afterInsert(ids: ErasableIds): Promise<void>;
}

export interface ErasuresOptions {
  readonly store: Pick<Store, 'query' | 'command' | 'insert'>;
  readonly cluster?: string | undefined;
  readonly nowMs?: () => number;
  readonly onErased?: (erased: {
    readonly erasureId: string;
    readonly subjectType: string;
    readonly rows: Readonly<Record<string, number>>;
  }) => void;
  readonly onLate?: (rows: Readonly<Record<string, number>>) => void;
}

const IDS_AT_ONCE = 2000;

export function createErasures(options: ErasuresOptions): Erasures {
  const { store, cluster, nowMs = Date.now } = options;

  async function carryOut(request: ErasureRequest): Promise<void> {
    const { id, subject_type, subject_id } = request;
    const ids = noIds();
    ids[subject_type].add(subject_id);
    for (const captureId of request.capture_ids) ids.capture.add(captureId);
    for (const sessionId of request.session_ids) ids.session.add(sessionId);
    const rows = await eraseRows(store, ids, cluster);
    const known = await store.query('SELECT 1 FROM erasures_stored WHERE id = {id:String} LIMIT 1', { id });
    if (known.length > 0) return;
    await store.insert('erasures_stored', [
      {
        id,
        subject_type,
        subject_id,
        requested_at: request.requested_at_ms,
        finished_at: nowMs(),
        rows,
      },
    ]);
    options.onErased?.({ erasureId: id, subjectType: subject_type, rows });
  }

  async function afterInsert(ids: ErasableIds): Promise<void> {
    const late = noIds();
    const asked = [...new Set(ERASED_KINDS.flatMap((kind) => [...ids[kind]]))];
    for (let at = 0; at < asked.length; at += IDS_AT_ONCE) {
      const list = asked
        .slice(at, at + IDS_AT_ONCE)
        .map(quoted)
        .join(', ');
      const found = await store.query<{ id: string; kind: ErasedKind }>(
        `SELECT DISTINCT id, kind FROM erased_ids WHERE id IN (${list})`,
      );
      for (const { id, kind } of found) if (ids[kind].has(id)) late[kind].add(id);
    }
    if (ERASED_KINDS.every((kind) => late[kind].size === 0)) return;
    options.onLate?.(await eraseRows(store, late, cluster));
  }

  return { carryOut, afterInsert };
}
