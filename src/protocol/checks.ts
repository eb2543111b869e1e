/** The vocabulary of guidance that goes over the wire: measures, thresholds, profiles, hints. */
import type { HintCode } from './hint-codes.ts';

/** The ids of the face measures, in the order in which a person should mend them. */
export const FACE_MEASURE_IDS = [
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

/** The same for a whole body. */
export const BODY_MEASURE_IDS = [
  'body-count',
  'body-in-frame',
  'body-ratio',
  'body-centring',
  'body-turn',
  'upright',
  'arms-away',
  'feet-apart',
  'body-back-light',
  'body-light',
  'background-contrast',
  'body-motion',
] as const;

/** And for the reference card. */
export const CARD_MEASURE_IDS = [
  'card-in-view',
  'card-size',
  'card-flat',
  'card-light',
  'card-motion',
] as const;

export const MEASURE_IDS = [...FACE_MEASURE_IDS, ...BODY_MEASURE_IDS, ...CARD_MEASURE_IDS] as const;

export type MeasureId = (typeof MEASURE_IDS)[number];
export type FaceMeasureId = (typeof FACE_MEASURE_IDS)[number];

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

export const PROFILE_NAMES = [
  'face-skin',
  'face-contour',
  'body-front',
  'body-side',
  'portrait',
  'reference-card',
] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** What each profile guides. */
export const PROFILE_SUBJECTS: Readonly<Record<ProfileName, 'face' | 'body' | 'card'>> = {
  'face-skin': 'face',
  'face-contour': 'face',
  'body-front': 'body',
  'body-side': 'body',
  portrait: 'face',
  'reference-card': 'card',
};

export const PROFILE_LEVELS = ['strict', 'moderate', 'relaxed'] as const;
export type ProfileLevel = (typeof PROFILE_LEVELS)[number];

export interface Hint {
  readonly code: HintCode;
  readonly params?: Readonly<Record<string, number | string>>;
}
