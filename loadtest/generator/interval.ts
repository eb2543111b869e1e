import type { Counts, TimeName } from './counts.ts';

/** What one thread saw since its last one, at most a second; threads are added up by `second`. */
export interface Interval {
  /** Of the run's clock. */
  readonly second: number;
  readonly counts: Counts;
  /** Encoded histograms of microseconds; those with nothing in them are left out. */
  readonly times: Readonly<Partial<Record<TimeName, string>>>;
  /** Pairs of session index and frames answered. */
  readonly answered: Uint32Array;
  /** At its end. */
  readonly openSessions: number;
  readonly unanswered: number;
  /** Sum over the open sessions of the rates they may send at. */
  readonly pacedFps: number;
  readonly cpuSeconds: number;
  /** Close codes; `0` for a connection that broke without one. */
  readonly closes: Readonly<Record<string, number>>;
  /** Codes of `error` messages. */
  readonly errors: Readonly<Record<string, number>>;
}

/** The clock that all threads of a run share: milliseconds since its beginning. */
export function createRunClock(beganAtMs: number): () => number {
  return () => performance.timeOrigin + performance.now() - beganAtMs;
}
