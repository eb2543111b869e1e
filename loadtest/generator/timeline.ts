import type { LoadSecond } from '../report/load-report.ts';
import { percentileMs } from '../report/percentiles.ts';
import type { Interval } from './interval.ts';
import { createTally, type Tally } from './tally.ts';

/** The run second by second, over all threads. */
export interface Timeline {
  add(interval: Interval, thread: number): void;
  /** Whole seconds, the one that has begun left out. */
  seconds(): LoadSecond[];
  /** The newest second that every thread has told of; null before. */
  latest(): LoadSecond | null;
}

interface Second {
  readonly tally: Tally;
  /** The last state that each thread told of in this second. */
  readonly byThread: Map<number, Pick<Interval, 'openSessions' | 'pacedFps'>>;
}

export function createTimeline(threads: number): Timeline {
  const seconds = new Map<number, Second>();

  function entryOf(second: number, { tally, byThread }: Second): LoadSecond {
    const { sent, pass, adjust, skipped, errors } = tally.counts;
    const latency = tally.times('latency');
    const state = [...byThread.values()];
    const sessions = state.reduce((sum, { openSessions }) => sum + openSessions, 0);
    const pacedFps = state.reduce((sum, one) => sum + one.pacedFps, 0);
    return {
      atMs: second * 1000,
      sessions,
      offeredFps: sent,
      answeredFps: pass + adjust,
      pass,
      adjust,
      skipped,
      errors,
      p50Ms: percentileMs(latency, 50),
      p95Ms: percentileMs(latency, 95),
      p99Ms: percentileMs(latency, 99),
      pacedFps: sessions === 0 ? 0 : pacedFps / sessions,
    };
  }

  function whole(): [number, Second][] {
    // A thread tells of a second when the next one has begun, so the last is not whole yet.
    const last = Math.max(...seconds.keys());
    return [...seconds]
      .filter(([second, { byThread }]) => second < last || byThread.size === threads)
      .sort(([a], [b]) => a - b);
  }

  return {
    add(interval, thread) {
      let entry = seconds.get(interval.second);
      if (entry === undefined) {
        entry = { tally: createTally(), byThread: new Map() };
        seconds.set(interval.second, entry);
      }
      entry.tally.add(interval);
      entry.byThread.set(thread, interval);
    },
    seconds: () => whole().map(([second, entry]) => entryOf(second, entry)),
    latest() {
      const entry = whole().at(-1);
      return entry === undefined ? null : entryOf(...entry);
    },
  };
}
