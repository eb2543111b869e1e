import type { Point } from './face-geometry.ts';
import type { Trace } from './types.ts';

/** Enough for a thousandth of a pixel, and short in a session's stored state. */
const round = (value: number): number => Math.round(value * 1e6) / 1e6;

/** Pixels into a trace; null where they are none that a speed could be told by. */
export function traceOfPoints(points: readonly Point[], unitPx: number, frameWidth: number): Trace | null {
  const flat = points.flatMap(({ x, y }) => [round(x / frameWidth), round(y / frameWidth)]);
  const unit = round(unitPx / frameWidth);
  return unit > 0 && flat.every(Number.isFinite) ? { points: flat, unit } : null;
}
