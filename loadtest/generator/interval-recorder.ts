import type { Histogram } from 'hdr-histogram-js';
import { createTimeHistogram, encodeHistogram, recordMs } from '../report/percentiles.ts';
import { type Counts, noCounts, TIME_NAMES, type TimeName } from './counts.ts';
import type { Interval } from './interval.ts';

/** Where the sessions of one thread note what happens to them. */
export interface IntervalRecorder {
  /** Of the present interval. */
  readonly counts: Counts;
  time(name: TimeName, ms: number): void;
  answered(sessionIndex: number): void;
  closed(code: number | null): void;
  error(code: string): void;
  /** Ends the interval and begins the next one. */
  take(now: Pick<Interval, 'second' | 'openSessions' | 'unanswered' | 'pacedFps' | 'cpuSeconds'>): Interval;
}

export function createIntervalRecorder(): IntervalRecorder {
  let counts = noCounts();
  let closes: Record<string, number> = {};
  let errors: Record<string, number> = {};
  const answered = new Map<number, number>();
  const histograms = new Map<TimeName, Histogram>(TIME_NAMES.map((name) => [name, createTimeHistogram()]));
  return {
    get counts() {
      return counts;
    },
    time: (name, ms) => recordMs(histograms.get(name)!, ms),
    answered: (index) => answered.set(index, (answered.get(index) ?? 0) + 1),
    closed(code) {
      const key = String(code ?? 0);
      closes[key] = (closes[key] ?? 0) + 1;
    },
    error(code) {
      errors[code] = (errors[code] ?? 0) + 1;
    },
    take(now) {
      const times: Partial<Record<TimeName, string>> = {};
      for (const [name, histogram] of histograms) {
        if (histogram.totalCount === 0) continue;
        times[name] = encodeHistogram(histogram);
        histogram.reset();
      }
      const interval: Interval = {
        ...now,
        counts,
        times,
        answered: Uint32Array.from([...answered].flat()),
        closes,
        errors,
      };
      counts = noCounts();
      closes = {};
      errors = {};
      answered.clear();
      return interval;
    },
  };
}
