/** The value below which the share `q` of the sorted-by-itself list lies; NaN for an empty list. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** `p50 1.23  p90 1.40  p99 2.00` in milliseconds. */
export function percentileText(valuesMs: readonly number[]): string {
  return [0.5, 0.9, 0.99]
    .map((q) => `p${q * 100} ${quantile(valuesMs, q).toFixed(2).padStart(6)}`)
    .join('  ');
}

/** The same of a histogram's percentiles. */
export function timesText({ p50, p90, p99 }: { p50: number; p90: number; p99: number }): string {
  return `p50 ${p50.toFixed(2).padStart(6)}  p90 ${p90.toFixed(2).padStart(6)}  p99 ${p99.toFixed(2).padStart(6)}`;
}
