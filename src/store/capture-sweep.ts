/**
 * What becomes of captures that are through, and of those that JetStream has lost track of. A capture stays in its
 * stream until its row and its results are seen in ClickHouse; only then its pixels are removed. Acknowledgements are
 * not asked: nats-server 2.9 may forget, when it is killed together with a consumer, what that consumer had in hand,
 * and count it as done.
 */
import { type FramegateError, toFramegateError } from '../protocol/framegate-error.ts';
import type { Sink } from './sink.ts';
import type { SinkMessage } from './sink-types.ts';
import type { Store } from './types.ts';

/** A capture as it lies in the stream; its pixels are not read. */
export interface KeptCapture {
  readonly captureId: string;
  readonly streamSeq: number;
  readonly profile: string;
  /** Every consumer that it is for has been given it at least once. */
  readonly isDelivered: boolean;
  /** How often it was put back. */
  readonly again: number;
  readonly message: SinkMessage;
}

/** The stream of captures, as the sweep needs it. */
export interface CaptureShelf {
  /** The oldest ones first. */
  oldest(limit: number): Promise<readonly KeptCapture[]>;
  /** Does nothing where it is gone. False where another one lies in its place, which stays. */
  remove(capture: KeptCapture): Promise<boolean>;
  /** Puts it at the end of the stream, so that everyone gets it once more. */
  putBack(capture: KeptCapture): Promise<void>;
  /** The analyzer's result as it lies in its stream; null where there is none. */
  result(capture: KeptCapture, kind: string): Promise<SinkMessage | null>;
  /** Keeps what is known of it with the dead letters, and removes it. */
  bury(capture: KeptCapture, reason: string): Promise<void>;
}

export interface CaptureSweepOptions {
  readonly shelf: CaptureShelf;
  readonly store: Pick<Store, 'query'>;
  readonly sink: Pick<Sink, 'take'>;
  /** The kinds of results that a capture of this profile is to have. */
  readonly kindsOf: (profile: string) => readonly string[];
  /** Default 2 s. */
  readonly everyMs?: number;
  /** How long a delivered capture may be unfinished before something is done about it. Default 45 s. */
  readonly overdueMs?: number;
  readonly onMended?: (mended: { captureId: string; streamSeq: number; missing: readonly string[] }) => void;
  /** The servers of a cluster disagree on what lies where. */
  readonly onMisplaced?: (capture: KeptCapture) => void;
  readonly onFailure?: (error: FramegateError) => void;
}

export interface CaptureSweep {
  /** Looks now; resolves when done. Never rejects. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

const MAX_AT_ONCE = 1000;
/** Attempts before a capture counts as one that nobody can finish. */
const MAX_MENDS = 3;

export function startCaptureSweep(options: CaptureSweepOptions): CaptureSweep {
  const { shelf, kindsOf, everyMs = 2000, overdueMs = 45_000 } = options;
  /** Delivered captures that are unfinished, by their place in the stream. */
  const unfinished = new Map<number, { sinceMs: number; mends: number }>();
  let sweeping: Promise<void> | null = null;

  async function look(): Promise<void> {
    const kept = await shelf.oldest(MAX_AT_ONCE);
    const isStored = await storedOf(kept);
    const places = new Set(kept.map(({ streamSeq }) => streamSeq));
    for (const place of unfinished.keys()) if (!places.has(place)) unfinished.delete(place);
    for (const capture of kept) {
      const lacks = ['capture', ...kindsOf(capture.profile)].filter((what) => !isStored(capture, what));
      if (lacks.length === 0 || isStored(capture, 'erasure')) {
        if (!(await shelf.remove(capture))) options.onMisplaced?.(capture);
      } else if (isOverdue(capture)) await mend(capture, lacks);
    }
  }

  function isOverdue({ streamSeq, isDelivered, again }: KeptCapture): boolean {
    if (!isDelivered) return false;
    const seen = unfinished.get(streamSeq);
    if (seen === undefined) unfinished.set(streamSeq, { sinceMs: performance.now(), mends: again });
    return seen !== undefined && performance.now() - seen.sinceMs >= overdueMs;
  }

  /** What ClickHouse has of them: `capture` for a capture's own row, kinds of results, `erasure` where it is forgotten. */
  async function storedOf(
    kept: readonly KeptCapture[],
  ): Promise<(capture: KeptCapture, what: string) => boolean> {
    if (kept.length === 0) return () => false;
    const ids = [...new Set(kept.map(({ captureId }) => captureId))];
    const rows = await options.store.query<{ id: string; what: string }>(
      `SELECT DISTINCT capture_id AS id, 'capture' AS what FROM captures_stored WHERE capture_id IN {ids:Array(String)}
       UNION ALL
       SELECT DISTINCT capture_id AS id, kind AS what FROM results_stored WHERE capture_id IN {ids:Array(String)}
       UNION ALL
       SELECT DISTINCT id, 'erasure' AS what FROM erased_ids WHERE kind = 'capture' AND id IN {ids:Array(String)}`,
      { ids },
    );
    const stored = new Set(rows.map(({ id, what }) => `${id} ${what}`));
    return ({ captureId }, what) => stored.has(`${captureId} ${what}`);
  }

  async function mend(capture: KeptCapture, lacks: readonly string[]): Promise<void> {
    const { captureId, streamSeq } = capture;
    const mends = unfinished.get(streamSeq)?.mends ?? 0;
    if (mends >= MAX_MENDS) {
      await shelf.bury(capture, `no ${lacks.join(', ')} stored after ${mends + 1} times`);
      return;
    }
    const unanalysed: string[] = [];
    for (const what of lacks) {
      const stored = what === 'capture' ? capture.message : await shelf.result(capture, what);
      if (stored === null) unanalysed.push(what);
      else await options.sink.take(what === 'capture' ? 'CAPTURES' : 'RESULTS', stored);
    }
    if (unanalysed.length > 0) await shelf.putBack(capture);
    // What was stored here is seen at the next look.
    else unfinished.set(streamSeq, { sinceMs: performance.now(), mends: mends + 1 });
    options.onMended?.({ captureId, streamSeq, missing: lacks });
  }

  function sweep(): Promise<void> {
    sweeping ??= look()
      .catch((thrown: unknown) => options.onFailure?.(toFramegateError(thrown)))
      .finally(() => {
        sweeping = null;
      });
    return sweeping;
  }

  const timer = setInterval(() => void sweep(), everyMs);
  return {
    sweep,
    stop: async () => {
      clearInterval(timer);
      await sweeping;
    },
  };
}
