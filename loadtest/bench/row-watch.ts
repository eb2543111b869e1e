import type { Store } from '../../src/store/types.ts';

/** Looks for the rows of captures in ClickHouse until all are there. */
export interface RowWatch {
  /** From now on this capture is looked for. */
  add(captureId: string): void;
  /** What was found so far: when the answer with the row had come. */
  readonly captureRowAtMs: ReadonlyMap<string, number>;
  /** The same for the last of its results. */
  readonly resultRowAtMs: ReadonlyMap<string, number>;
  /** How long each query took; a row is told of at most one pause and one query late. */
  readonly queryMs: readonly number[];
  /** Resolves when nothing is looked for any more, or the time is over; then it looks no more. */
  finish(timeoutMs: number): Promise<void>;
}

interface Found {
  readonly id: string;
  readonly kind: 'capture' | 'result';
}

const PAUSE_MS = 20;
/** One query for all that is missing, through the views that people use. */
const QUERY = `SELECT capture_id AS id, 'capture' AS kind FROM captures WHERE capture_id IN {ids:Array(String)}
UNION ALL SELECT capture_id AS id, 'result' AS kind FROM results WHERE capture_id IN {ids:Array(String)}
GROUP BY capture_id HAVING uniqExact(results.kind) >= {resultsEach:UInt8}`;

/** @param resultsEach results that a capture is to have */
export function watchRows(store: Pick<Store, 'query'>, resultsEach: number): RowWatch {
  const pending = new Set<string>();
  const captureRowAtMs = new Map<string, number>();
  const resultRowAtMs = new Map<string, number>();
  const queryMs: number[] = [];
  let endsAtMs = Number.POSITIVE_INFINITY;

  async function look(): Promise<void> {
    while (performance.now() < endsAtMs && (endsAtMs === Number.POSITIVE_INFINITY || pending.size > 0)) {
      if (pending.size > 0) await ask();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  async function ask(): Promise<void> {
    const startedMs = performance.now();
    const rows = await store.query<Found>(QUERY, { ids: [...pending], resultsEach });
    const atMs = performance.now();
    queryMs.push(atMs - startedMs);
    for (const { id, kind } of rows) {
      const known = kind === 'capture' ? captureRowAtMs : resultRowAtMs;
      if (!known.has(id)) known.set(id, atMs);
      if (captureRowAtMs.has(id) && resultRowAtMs.has(id)) pending.delete(id);
    }
  }

  const looking = look();
  // It is awaited at the end; until then a failure must not count as unhandled.
  looking.catch(() => {});
  return {
    add: (captureId) => pending.add(captureId),
    captureRowAtMs,
    resultRowAtMs,
    queryMs,
    finish(timeoutMs) {
      endsAtMs = performance.now() + timeoutMs;
      return looking;
    },
  };
}
