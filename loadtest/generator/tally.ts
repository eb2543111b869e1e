import type { Histogram } from 'hdr-histogram-js';
import { mergeHistograms } from '../report/percentiles.ts';
import { addCounts, type Counts, noCounts, type TimeName } from './counts.ts';
import type { Interval } from './interval.ts';

/** Sums of intervals. Times stay histograms until they are asked for: percentiles are never averaged. */
export interface Tally {
  add(interval: Interval): void;
  readonly counts: Readonly<Counts>;
  readonly closes: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
  readonly cpuSeconds: number;
  /** Frames answered by session index. */
  readonly answered: ReadonlyMap<number, number>;
  /** All times of this name in one histogram, in microseconds. */
  times(name: TimeName): Histogram;
}

export function createTally(): Tally {
  const counts = noCounts();
  const closes: Record<string, number> = {};
  const errors: Record<string, number> = {};
  const answered = new Map<number, number>();
  const encoded = new Map<TimeName, string[]>();
  let cpuSeconds = 0;
  return {
    counts,
    closes,
    errors,
    answered,
    get cpuSeconds() {
      return cpuSeconds;
    },
    add(interval) {
      addCounts(counts, interval.counts);
      addInto(closes, interval.closes);
      addInto(errors, interval.errors);
      cpuSeconds += interval.cpuSeconds;
      for (let i = 0; i < interval.answered.length; i += 2) {
        const index = interval.answered[i]!;
        answered.set(index, (answered.get(index) ?? 0) + interval.answered[i + 1]!);
      }
      for (const [name, text] of Object.entries(interval.times) as [TimeName, string][]) {
        const list = encoded.get(name);
        if (list === undefined) encoded.set(name, [text]);
        else list.push(text);
      }
    },
    times: (name) => mergeHistograms(encoded.get(name) ?? []),
  };
}

function addInto(sum: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [key, count] of Object.entries(more)) sum[key] = (sum[key] ?? 0) + count;
}
