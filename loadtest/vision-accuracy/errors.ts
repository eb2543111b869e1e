import { distancePx, LANDMARK, LANDMARK_COUNT } from '../../src/vision/landmarks.ts';
import type { Pose } from '../../src/vision/types.ts';

export interface Angles {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly rollDeg: number;
}

/** One face, found and compared with what it should be. */
export interface FaceErrors {
  readonly name: string;
  /** 468 distances in the image as percent of the distance between the outer eye corners. */
  readonly meshPercent: Float64Array;
  /** Found − expected. */
  readonly poseDeg: Angles;
}

export interface ErrorSummary {
  readonly faces: number;
  readonly found: number;
  /** Over all landmarks of all faces. */
  readonly meshMedianPercent: number;
  readonly meshP90Percent: number;
  /** Of the faces' own medians. */
  readonly worstFaceMedianPercent: number;
  readonly yawMaeDeg: number;
  readonly pitchMaeDeg: number;
  readonly rollMaeDeg: number;
  readonly worstAngleDeg: number;
}

/** @param expected and found 468 × (x, y, z) in the same pixels */
export function meshErrors(expected: Float32Array, found: Float32Array): Float64Array {
  const unit = distancePx(expected, LANDMARK.rightEyeOuter, LANDMARK.leftEyeOuter) / 100;
  return Float64Array.from({ length: LANDMARK_COUNT }, (_, i) => {
    const dx = found[i * 3]! - expected[i * 3]!;
    const dy = found[i * 3 + 1]! - expected[i * 3 + 1]!;
    return Math.hypot(dx, dy) / unit;
  });
}

export function poseErrors(expected: Angles, found: Pose): Angles {
  return {
    yawDeg: found.yawDeg - expected.yawDeg,
    pitchDeg: found.pitchDeg - expected.pitchDeg,
    rollDeg: found.rollDeg - expected.rollDeg,
  };
}

export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** @param faces how many were looked for; `errors` has those that were found */
export function summariseErrors(errors: readonly FaceErrors[], faces: number): ErrorSummary {
  const all = errors.flatMap((error) => Array.from(error.meshPercent));
  const mae = (read: (angles: Angles) => number) =>
    errors.reduce((sum, { poseDeg }) => sum + Math.abs(read(poseDeg)), 0) / errors.length;
  return {
    faces,
    found: errors.length,
    meshMedianPercent: quantile(all, 0.5),
    meshP90Percent: quantile(all, 0.9),
    worstFaceMedianPercent: Math.max(...errors.map(({ meshPercent }) => quantile(meshPercent, 0.5))),
    yawMaeDeg: mae(({ yawDeg }) => yawDeg),
    pitchMaeDeg: mae(({ pitchDeg }) => pitchDeg),
    rollMaeDeg: mae(({ rollDeg }) => rollDeg),
    worstAngleDeg: Math.max(
      ...errors.flatMap(({ poseDeg }) => [poseDeg.yawDeg, poseDeg.pitchDeg, poseDeg.rollDeg].map(Math.abs)),
    ),
  };
}
