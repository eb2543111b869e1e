import type { StillLimits } from '../picture.ts';
import { fitSize, type Size } from './fit-size.ts';

export interface StillStep extends Size {
  /** 1..100 */
  readonly quality: number;
}

const QUALITIES = [95, 90, 82];
/** Fewer pixels than these would not be worth a capture. */
const MIN_EDGE = 320;

/** How a still is encoded first. */
export function firstStillStep(size: Size, { maxWidth, maxHeight }: StillLimits): StillStep {
  return { ...fitSize(size, maxWidth, maxHeight), quality: QUALITIES[0]! };
}

/**
 * How it is encoded after the last step gave `bytes`, too many: quality first, because a slightly coarser JPEG keeps
 * more of a face than fewer pixels do. Null where it cannot be made to fit.
 */
export function nextStillStep(last: StillStep, bytes: number, { maxBytes }: StillLimits): StillStep | null {
  const quality = QUALITIES.find((lower) => lower < last.quality);
  // Too far off for quality alone: it would only cost an encoding.
  if (quality && bytes < 2.5 * maxBytes) return { ...last, quality };
  const scale = Math.min(0.85, Math.sqrt(maxBytes / bytes) * 0.95);
  const width = Math.round(last.width * scale);
  const height = Math.round(last.height * scale);
  if (Math.max(width, height) < MIN_EDGE) return null;
  return { width, height, quality: QUALITIES.at(-1)! };
}
