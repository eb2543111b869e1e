import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';
import type { Percentiles } from './load-report.ts';

/** Two minutes: a session that waits longer than that has ended. */
const HIGHEST_US = 120_000_000;
const US_PER_MS = 1000;

/** A histogram of times in microseconds, with three significant digits. */
export function createTimeHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 32,
    useWebAssembly: false,
  });
}

/** Counts a time given in milliseconds; what is out of range is counted at its end. */
export function recordMs(histogram: Histogram, ms: number): void {
  histogram.recordValue(Math.min(HIGHEST_US, Math.max(0, Math.round(ms * US_PER_MS))));
}

/** Reads a histogram of microseconds, in milliseconds. All zero where nothing was counted. */
export function percentilesOf(histogram: Histogram): Percentiles {
  if (histogram.totalCount === 0) return { count: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0, mean: 0 };
  const at = (percentile: number) => histogram.getValueAtPercentile(percentile) / US_PER_MS;
  return {
    count: histogram.totalCount,
    p50: at(50),
    p90: at(90),
    p99: at(99),
    p999: at(99.9),
    max: histogram.maxValue / US_PER_MS,
    mean: histogram.mean / US_PER_MS,
  };
}

/** One percentile (0 to 100) in milliseconds; null where nothing was counted. */
export function percentileMs(histogram: Histogram, percentile: number): number | null {
  return histogram.totalCount === 0 ? null : histogram.getValueAtPercentile(percentile) / US_PER_MS;
}

/** As text, so that a thread can hand it to another one. */
export function encodeHistogram(histogram: Histogram): string {
  return encodeIntoCompressedBase64(histogram);
}

/** One histogram of all of them: counts are added, so its percentiles are those of all times together. */
export function mergeHistograms(encoded: readonly string[]): Histogram {
  const merged = createTimeHistogram();
  for (const text of encoded) merged.add(decodeFromCompressedBase64(text, 32, false));
  return merged;
}
