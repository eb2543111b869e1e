import type { StillFace } from '../still-face.ts';

/** One property of a still, one file each. Pure. Named and defined after OFIQ (ISO/IEC 29794-5) where it has the same. */
export interface FaceFeature {
  readonly id: string;
  readonly unit: string;
  /**
   * Whether it has a say in the overall score. What depends on the skin's own brightness or on how a profile wants the
   * face framed is told and has none.
   */
  readonly counts: boolean;
  /** null where the still does not allow an answer. */
  read(still: StillFace): number | null;
  /** 0..100, 100 is ideal; 50 is where the property begins to be a fault. */
  score(value: number): number;
}

/** Rises from 0 to 1 around `middle`; nine tenths of the rise within ±3 widths. */
export function sigmoid(value: number, middle: number, width: number): number {
  return 1 / (1 + Math.exp((middle - value) / width));
}

export function clampScore(score: number): number {
  return Math.min(100, Math.max(0, score));
}
