/** What framegate itself asks ClickHouse. Every answer holds while redelivered rows have not been merged. */
import { RECORD_TABLES } from '../protocol/body-captures.ts';
import type { Store } from './types.ts';

export interface StoredSummary {
  readonly sessions: number;
  readonly frames: number;
  readonly captures: number;
  readonly results: number;
}

/** Totals, for `doctor`, tests and the dashboard's header. */
export async function readSummary(store: Pick<Store, 'query'>): Promise<StoredSummary> {
  const [row] = await store.query<Record<keyof StoredSummary, string>>(
    `SELECT (SELECT count() FROM sessions) AS sessions, (SELECT count() FROM frames) AS frames,
            (SELECT count() FROM captures) AS captures, (SELECT count() FROM results) AS results`,
  );
  return {
    sessions: Number(row?.sessions ?? 0),
    frames: Number(row?.frames ?? 0),
    captures: Number(row?.captures ?? 0),
    results: Number(row?.results ?? 0),
  };
}

export interface StoredResult {
  readonly captureId: string;
  readonly kind: string;
  readonly status: string;
  readonly finishedAtMs: number;
  /** null when the analyzer failed. */
  readonly result: Record<string, unknown> | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** The stored results of one capture, by kind; empty while there are none. */
export async function readResults(store: Pick<Store, 'query'>, captureId: string): Promise<StoredResult[]> {
  const rows = await store.query<{
    capture_id: string;
    kind: string;
    status: string;
    finished_at_ms: string;
    result: string;
    error_code: string;
    error_message: string;
  }>(
    `SELECT capture_id, kind, status, toUnixTimestamp64Milli(finished_at) AS finished_at_ms, result, error_code,
            error_message
     FROM results WHERE capture_id = {captureId:String} ORDER BY kind`,
    { captureId },
  );
  return rows.map((row) => ({
    captureId: row.capture_id,
    kind: row.kind,
    status: row.status,
    finishedAtMs: Number(row.finished_at_ms),
    result: row.result === '' ? null : (JSON.parse(row.result) as Record<string, unknown>),
    error: row.error_code === '' ? null : { code: row.error_code, message: row.error_message },
  }));
}

/** What a database that `migrate` has not finished with lacks; for readiness and `doctor`.. */
export async function missingTables(store: Pick<Store, 'query' | 'database'>): Promise<string[]> {
  const expected = [
    ...['sessions', 'frames', 'captures', 'results', 'measurements', 'adjustments', 'events'],
    ...RECORD_TABLES,
  ];
  const rows = await store.query<{ name: string }>(
    'SELECT name FROM system.tables WHERE database = {database:String}',
    { database: store.database },
  );
  const present = new Set(rows.map((row) => row.name));
  return expected.filter((name) => !present.has(name));
}
