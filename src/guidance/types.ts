import type {
  Check,
  Hint,
  MeasureId,
  ProfileLevel,
  ProfileName,
  Threshold,
  Thresholds,
} from '../protocol/checks.ts';
import type { FrameAnalysis } from '../vision/types.ts';

export interface Profile {
  readonly name: ProfileName;
  readonly level: ProfileLevel;
  /** A measure that is not named here does not count. */
  readonly thresholds: Thresholds;
  /** How long the verdict has to hold before a capture. */
  readonly dwellMs: number;
}

/**
 * Where the steadiest points of what is guided stood: all that the next frame needs in order to measure motion. In units
 * of the frame's width, so that a change of the streamed size is no motion.
 */
export interface Trace {
  /** x, y of each point. */
  readonly points: readonly number[];
  /** The length in which motion is told: between the eyes, of the trunk, of the card. */
  readonly unit: number;
}

/** One frame, and where its subject stood in the one before it in the same session, for what only shows over time. */
export interface MeasureInput {
  readonly analysis: FrameAnalysis;
  readonly previous: Trace | null;
  /** From the previous frame's capture to this one's; 0 where there is none. */
  readonly elapsedMs: number;
}

/** One file each in measures/. Pure. */
export interface Measure {
  readonly id: MeasureId;
  readonly unit: string;
  /** What it counts in the quality that chooses the best frame of a dwell. */
  readonly weight: number;
  /** How far, in its unit, a measure that has passed may leave its band before it is complained about again. */
  readonly hysteresis: number;
  /** Whether a frame that does not allow an answer is held back. */
  readonly blocksWhenUnknown: boolean;
  /** null when the frame does not allow an answer. */
  read(input: MeasureInput): number | null;
  /** 0..100 for a value against its threshold: falls monotonically with the distance from the ideal; 60 at the band's edge. */
  score(value: number, threshold: Threshold): number;
  /** What to do about a value outside of the band. */
  hint(value: number, threshold: Threshold, input: MeasureInput): Hint;
}

export interface Verdict {
  readonly verdict: 'pass' | 'adjust';
  readonly checks: readonly Check[];
  /** 0..100, to choose the best frame of a dwell. */
  readonly quality: number;
}
