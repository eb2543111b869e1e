import type { IntervalFit } from '../regressors/body-regressors.ts';
import { halfWidthOf } from '../regressors/predict-body-sizes.ts';

export const COVER = 0.9;

/** What a fit that has not seen the person said. Millimetres. */
export interface HeldOutSize {
  readonly valueMm: number;
  readonly errorMm: number;
}

/**
 * The share of a size within which nine of ten are, by size: first how the mean error goes with the size, then by how
 * much that has to be multiplied so that it holds (split-conformal).
 */
export function fitInterval(heldOut: readonly HeldOutSize[]): IntervalFit {
  const logs = heldOut.map(({ valueMm }) => Math.log(valueMm));
  const shares = heldOut.map(({ valueMm, errorMm }) => Math.abs(errorMm) / valueMm);
  const centreLog = meanOf(logs);
  const base = meanOf(shares);
  const spread = logs.reduce((sum, log) => sum + (log - centreLog) ** 2, 0);
  const slope = logs.reduce((sum, log, i) => sum + (log - centreLog) * (shares[i]! - base), 0) / spread;
  const unscaled = { centreLog, base, slope };
  const factor = conformalFactor(
    heldOut.map(({ valueMm, errorMm }) => Math.abs(errorMm) / halfWidthOf(unscaled, valueMm)),
  );
  return { centreLog, base: base * factor, slope: slope * factor };
}

/** The least factor that covers the share `COVER`, one more person counted than there are. */
export function conformalFactor(ratios: readonly number[]): number {
  const sorted = [...ratios].sort((a, b) => a - b);
  const rank = Math.ceil((sorted.length + 1) * COVER);
  return sorted[Math.min(rank, sorted.length) - 1] ?? Number.NaN;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
