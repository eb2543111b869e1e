import type { Threshold } from '../protocol/checks.ts';

export interface BandShape {
  /** The best value; the middle of the band where it is left out. */
  readonly ideal?: number;
  /** How far outside of the band a value is hopeless, in the value's unit. */
  readonly span: number;
}

/** The score of a value on the edge of its band. */
export const EDGE_SCORE = 60;

function idealWithin({ min, max }: Threshold, ideal: number | undefined): number {
  if (ideal === undefined) {
    if (min !== undefined && max !== undefined) return (min + max) / 2;
    return min ?? max ?? 0;
  }
  return Math.min(max ?? ideal, Math.max(min ?? ideal, ideal));
}

/**
 * The one scale of all measures: 100 at the ideal, falling evenly to EDGE_SCORE at the band's edge and on to 0 at `span`
 * outside of it. On a side without an edge everything beyond the ideal is ideal.
 */
export function bandScore(value: number, threshold: Threshold, shape: BandShape): number {
  const ideal = idealWithin(threshold, shape.ideal);
  const edge = value < ideal ? threshold.min : threshold.max;
  if (edge === undefined) return 100;
  const distance = Math.abs(value - ideal);
  const room = Math.abs(edge - ideal);
  if (distance <= room) return room === 0 ? 100 : 100 - (100 - EDGE_SCORE) * (distance / room);
  return Math.max(0, EDGE_SCORE * (1 - (distance - room) / shape.span));
}

/** Whether a value lies in a band widened by a margin; both ends included. */
export function isWithin(value: number, { min, max }: Threshold, margin = 0): boolean {
  return (min === undefined || value >= min - margin) && (max === undefined || value <= max + margin);
}
