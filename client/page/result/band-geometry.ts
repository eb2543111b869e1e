import type { Threshold } from '../../../src/protocol/checks.ts';

/** Shares (0..1) of a bar's length. */
export interface BandGeometry {
  readonly bandStart: number;
  readonly bandEnd: number;
  /** null where there is no value. */
  readonly marker: number | null;
  /** The value lies further out than the bar reaches. */
  readonly beyond: boolean;
}

/** Of the band's own length, how much the bar shows on a closed side outside of it. */
const OUTSIDE = 0.75;
const HEADROOM = 1.1;

/**
 * Where band and value stand on a bar. Both ends closed: the band in the middle. One end: the band takes the half on
 * its open side, or more where the value lies further out. The marker never leaves the bar. null where there is no band to draw: no limit, or one exact value.
 */
export function bandGeometry(value: number | null, threshold: Threshold): BandGeometry | null {
  const scale = scaleOf(threshold, value);
  if (scale === null) return null;
  const [from, to] = scale;
  const place = (at: number) => Math.min(1, Math.max(0, (at - from) / (to - from)));
  return {
    bandStart: threshold.min === undefined ? 0 : place(threshold.min),
    bandEnd: threshold.max === undefined ? 1 : place(threshold.max),
    marker: value === null ? null : place(value),
    beyond: value !== null && (value < from || value > to),
  };
}

function scaleOf({ min, max }: Threshold, value: number | null): readonly [from: number, to: number] | null {
  if (min !== undefined && max !== undefined) {
    if (max <= min) return null;
    const outside = (max - min) * OUTSIDE;
    return [min - outside, max + outside];
  }
  // On its open side the bar reaches as far as the value, so that a good value is told from a better one.
  if (max !== undefined) {
    const length = max > 0 ? max : 1;
    const from = max > 0 ? 0 : max - length;
    return [Math.min(from, value ?? from), max + length];
  }
  if (min !== undefined) {
    const length = min > 0 ? min : 0.3;
    const to = min + length;
    return [min - length, Math.max(to, (value ?? to) * HEADROOM)];
  }
  return null;
}
