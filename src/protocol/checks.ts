/** The vocabulary of guidance that goes over the wire: measures, thresholds, profiles, hints. */
import type { HintCode } from './hint-codes.ts';

/** The ids of the face measures, in the order in which a person should mend them. */
export const MEASURE_IDS = [
  'face-count',
  'out-of-frame',
  'face-ratio',
  'centring',
  'roll',
  'yaw',
  'pitch',
  'back-light',
  'exposure',
  'clipping',
  'side-light',
  'colour-cast',
  'eyes-open',
  'mouth-closed',
  'resolution',
  'motion',
  'sharpness',
] as const;

export type MeasureId = (typeof MEASURE_IDS)[number];

export const CHECK_STATUSES = ['pass', 'adjust', 'fail', 'unknown'] as const;
export type CheckStatus = (typeof CHECK_STATUSES)[number];

/** One measure of one frame against the profile's threshold. */
export interface Check {
  readonly id: MeasureId;
  /** null when it could not be assessed. */
  readonly value: number | null;
  readonly unit: string;
  /** 0..100; 100 is ideal. */
  readonly score: number;
  readonly status: CheckStatus;
}

/** A band that passes, both ends included. Either end may be absent. */
export interface Threshold {
  readonly min?: number;
  readonly max?: number;
}

export type Thresholds = Partial<Record<MeasureId, Threshold>>;

export const PROFILE_NAMES = ['face-skin', 'face-contour'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

export const PROFILE_LEVELS = ['strict', 'moderate', 'relaxed'] as const;
export type ProfileLevel = (typeof PROFILE_LEVELS)[number];

export interface Hint {
  readonly code: HintCode;
  readonly params?: Readonly<Record<string, number | string>>;
}
