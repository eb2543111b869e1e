/** A value at a time; for memory series in bytes. Samples are taken to be evenly spaced. */
export interface SlopeSample {
  readonly atMs: number;
  readonly value: number;
}

export interface Slope {
  readonly perMinute: number;
  /** Infinite where there are too few samples to tell. */
  readonly standardError: number;
}

const MS_PER_MINUTE = 60_000;
const MIN_SAMPLES = 5;
/** A soak asks this of eight processes at once; with two standard errors every fifth soak would cry wolf. */
const NOISE_STANDARD_ERRORS = 2.5;

/**
 * Least-squares slope a minute, and how sure it is.
 *
 * Samples of memory follow each other closely: a heap climbs until it is collected, so a hundred samples a second apart
 * may hold ten independent ones, and the textbook error, which believes in a hundred, takes noise for a leak. Here the
 * residuals count as a first-order autoregression: with their first autocorrelation r, n samples are worth
 * n(1−r)/(1+r), and the error grows by the root of that. r of a detrended series comes out too low by about (2+4r)/n,
 * which is put right; a residual degree of freedom costs an independent sample, not one taken.
 *
 * Tried on noise without slope, the share beyond two standard errors is 5 to 7 % for r up to 0.99 and 10 independent
 * samples or more. Newey and West's estimate, the usual choice, gave 16 to 27 % there: it is right in longer series only.
 */
export function slopeOf(samples: readonly SlopeSample[]): Slope {
  const count = samples.length;
  if (count < MIN_SAMPLES) return { perMinute: 0, standardError: Number.POSITIVE_INFINITY };
  const meanAtMs = samples.reduce((sum, { atMs }) => sum + atMs, 0) / count;
  const meanValue = samples.reduce((sum, { value }) => sum + value, 0) / count;
  const minutes = samples.map(({ atMs }) => (atMs - meanAtMs) / MS_PER_MINUTE);
  const spread = sumOf(count, (i) => minutes[i]! ** 2);
  const perMinute = sumOf(count, (i) => minutes[i]! * (samples[i]!.value - meanValue)) / spread;
  const residuals = samples.map(({ value }, i) => value - meanValue - perMinute * minutes[i]!);

  const power = sumOf(count, (i) => residuals[i]! ** 2);
  if (power === 0) return { perMinute, standardError: 0 };
  const inflation = inflationOf(residuals, power);
  const freedom = Math.max(1, count - 2 * inflation);
  return { perMinute, standardError: Math.sqrt(((power / freedom) * inflation) / spread) };
}

/**
 * True where the slope is no more than noise, or so small that nobody minds. Falling memory is flat too.
 * An infinite error (too few samples) is flat: nothing was seen that speaks against it.
 */
export function isFlat(
  perMinute: number,
  standardError: number,
  { negligiblePerMinute = 0 }: { readonly negligiblePerMinute?: number } = {},
): boolean {
  return perMinute <= Math.max(negligiblePerMinute, NOISE_STANDARD_ERRORS * standardError);
}

/** How many samples are worth one independent one, (1+r)/(1−r). */
function inflationOf(residuals: readonly number[], power: number): number {
  const count = residuals.length;
  const raw = sumOf(count - 1, (i) => residuals[i]! * residuals[i + 1]!) / power;
  const correlation = Math.min(1 - 2 / count, Math.max(0, raw + (2 + 4 * raw) / count));
  return (1 + correlation) / (1 - correlation);
}

function sumOf(count: number, term: (index: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += term(i);
  return sum;
}
