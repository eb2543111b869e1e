import type { Trace } from './types.ts';

/** Two frames further apart say nothing about the speed at either. */
const LONGEST_STEP_MS = 1000;
/** Two frames closer together measure the model's jitter. */
const SHORTEST_STEP_MS = 10;

/**
 * Root mean square displacement of a trace's points since the frame before, less what the model trembles by at rest,
 * in units of the trace per second. Times the exposure time it is the length of the blur. null where two frames do
 * not tell it.
 */
export function speed(
  trace: Trace | null,
  previous: Trace | null,
  elapsedMs: number,
  jitter: number,
): number | null {
  if (trace === null || previous === null || previous.points.length !== trace.points.length) return null;
  if (!(elapsedMs >= SHORTEST_STEP_MS && elapsedMs <= LONGEST_STEP_MS)) return null;
  let squares = 0;
  for (let i = 0; i < trace.points.length; i++) squares += (trace.points[i]! - previous.points[i]!) ** 2;
  const displacement = Math.sqrt(squares / (trace.points.length / 2)) / trace.unit;
  return Math.max(0, displacement - jitter) / (elapsedMs / 1000);
}
