import type { ProcessSeries } from './load-report.ts';
import { isFlat } from './resident-slope.ts';

/** Until then caches fill and compilers work: what grows by then says nothing about later. */
const LEAST_MEASURED_MS = 120_000;

/** What the slope of a process's memory says, in words. */
export function slopeVerdict(series: ProcessSeries): string {
  const {
    samples,
    residentSlopeBytesPerMinute: perMinute,
    residentSlopeStandardError: standardError,
    measuredFromMs = 0,
  } = series;
  const measuredMs = (samples.at(-1)?.atMs ?? 0) - measuredFromMs;
  // An infinite error is null once it has been through JSON.
  if (measuredMs < LEAST_MEASURED_MS || !Number.isFinite(standardError)) return 'too short to tell';
  if (!isFlat(perMinute, standardError)) return 'growing';
  return isFlat(-perMinute, standardError) ? 'no slope beyond noise' : 'falling';
}
