import type { StillFace } from '../still-face.ts';
import { backgroundUniformity } from './background-uniformity.ts';
import { cropAbove, cropBelow, cropLeft, cropRight } from './crop-margins.ts';
import { dynamicRange } from './dynamic-range.ts';
import { eyesOpenToChin } from './eyes-open.ts';
import { headSize } from './head-size.ts';
import { illuminationUniformity } from './illumination-uniformity.ts';
import { interEyeDistance } from './inter-eye-distance.ts';
import { luminanceMean } from './luminance-mean.ts';
import { luminanceVariance } from './luminance-variance.ts';
import { mouthClosedToChin } from './mouth-closed.ts';
import { naturalColour } from './natural-colour.ts';
import { overExposure } from './over-exposure.ts';
import { stillSharpness } from './sharpness.ts';
import { singleFace } from './single-face.ts';
import type { FaceFeature } from './types.ts';
import { underExposure } from './under-exposure.ts';

export const FACE_FEATURES: readonly FaceFeature[] = [
  singleFace,
  interEyeDistance,
  headSize,
  cropLeft,
  cropRight,
  cropAbove,
  cropBelow,
  eyesOpenToChin,
  mouthClosedToChin,
  stillSharpness,
  overExposure,
  underExposure,
  illuminationUniformity,
  naturalColour,
  dynamicRange,
  luminanceMean,
  luminanceVariance,
  backgroundUniformity,
];

export const FEATURE_STATUSES = ['pass', 'adjust', 'fail', 'not-assessed'] as const;
export type FeatureStatus = (typeof FEATURE_STATUSES)[number];

export interface FeatureReading {
  readonly id: string;
  readonly value: number | null;
  readonly unit: string;
  readonly score: number | null;
  readonly status: FeatureStatus;
  readonly counts: boolean;
}

const PASS_SCORE = 50;
const FAIL_SCORE = 20;

/** Reads every feature. One that cannot be read, or gives no number, is `not-assessed`. */
export function readFeatures(still: StillFace): readonly FeatureReading[] {
  return FACE_FEATURES.map((feature) => {
    const { id, unit, counts } = feature;
    const value = feature.read(still);
    if (value === null || !Number.isFinite(value)) {
      return { id, unit, counts, value: null, score: null, status: 'not-assessed' };
    }
    const score = feature.score(value);
    return { id, unit, counts, value, score, status: statusOf(score) };
  });
}

function statusOf(score: number): FeatureStatus {
  if (score >= PASS_SCORE) return 'pass';
  return score >= FAIL_SCORE ? 'adjust' : 'fail';
}
