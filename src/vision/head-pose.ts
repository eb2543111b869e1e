import { assumedCamera, type CameraModel } from './camera-model.ts';
import { type PosedHead, refinePose } from './pose-refinement.ts';
import { fitRigid } from './rigid-fit.ts';
import type { CanonicalFace, Pose } from './types.ts';

/** Each pass corrects the depths that the one before assumed; the second changes angles by hundredths of a degree. */
const PASSES = 3;

/** A head of a pixel or two: whatever the mesh saw, it has no angles. */
const MIN_PX_PER_CM = 0.1;
const NO_POSE: Pose = { yawDeg: 0, pitchDeg: 0, rollDeg: 0, distanceCm: 0 };

export interface HeadPoseEstimator {
  /** @param landmarks 468 × (x, y, z) in pixels of a picture of this width and height */
  estimate(landmarks: Float32Array, width: number, height: number): Pose;
}

/**
 * The head's pose from the mesh: the canonical face is fitted to the points that the model's authors weight
 * (33 of 468, those that expressions move least).
 *
 * A face half a metre away is as near that its nose is seen from another angle than its ears, so the fit is made
 * in space: weak perspective gives a first scale, with it every point is put back on its ray at its own depth,
 * and the face is fitted again. The reprojection error then settles what is left.
 */
export function createHeadPoseEstimator(canonical: CanonicalFace): HeadPoseEstimator {
  const indices = Array.from(canonical.fitWeights.keys()).filter((i) => canonical.fitWeights[i]! > 0);
  const weights = Float64Array.from(indices, (i) => canonical.fitWeights[i]!);
  const model = Float64Array.from(
    indices.flatMap((i) => Array.from(canonical.positions.subarray(i * 3, i * 3 + 3))),
  );
  const seen = new Float64Array(model.length);
  const metric = new Float64Array(model.length);

  return {
    estimate(landmarks, width, height) {
      const camera = assumedCamera(width, height);
      readSeen(landmarks, camera);
      const start = fitInSpace(camera);
      return start === null
        ? NO_POSE
        : toPose(refinePose(start, { model, weights, seen, focalPx: camera.focalPx }));
    },
  };

  /** Pixels from the principal point, y up, z towards the camera. */
  function readSeen(landmarks: Float32Array, camera: CameraModel): void {
    indices.forEach((index, i) => {
      seen[i * 3] = landmarks[index * 3]! - camera.centerX;
      seen[i * 3 + 1] = camera.centerY - landmarks[index * 3 + 1]!;
      seen[i * 3 + 2] = -landmarks[index * 3 + 2]!;
    });
  }

  function fitInSpace(camera: CameraModel): PosedHead | null {
    let fit = fitRigid(model, seen, weights);
    let pxPerCm = fit.scale;
    if (!(pxPerCm > MIN_PX_PER_CM)) return null;
    const planePx = weightedMeanZ();
    for (let pass = 0; pass < PASSES; pass++) {
      const distanceCm = camera.focalPx / pxPerCm;
      for (let i = 0; i < seen.length; i += 3) {
        const depthCm = distanceCm - (seen[i + 2]! - planePx) / pxPerCm;
        metric[i] = (seen[i]! * depthCm) / camera.focalPx;
        metric[i + 1] = (seen[i + 1]! * depthCm) / camera.focalPx;
        metric[i + 2] = -depthCm;
      }
      fit = fitRigid(model, metric, weights);
      pxPerCm *= fit.scale;
    }
    return { rotation: fit.rotation, translation: Float64Array.from(fit.translation) };
  }

  /** The plane that has the picture's scale: a relief is measured from the middle of the fitted points. */
  function weightedMeanZ(): number {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < weights.length; i++) {
      sum += weights[i]! * seen[i * 3 + 2]!;
      total += weights[i]!;
    }
    return sum / total;
  }
}

/** The angles of `types.ts` from a rotation of the canonical face (x right, y up, z towards the camera). */
export function toPose({ rotation, translation }: PosedHead): Pose {
  const degrees = 180 / Math.PI;
  return {
    yawDeg: Math.atan2(rotation[2]!, rotation[8]!) * degrees,
    pitchDeg: Math.asin(Math.min(1, Math.max(-1, rotation[5]!))) * degrees,
    rollDeg: Math.atan2(-rotation[3]!, rotation[4]!) * degrees,
    distanceCm: -translation[2]!,
  };
}

/** The rotation that toPose reads as these angles, row-major. */
export function rotationOf(pose: { yawDeg: number; pitchDeg: number; rollDeg: number }): Float64Array {
  const yaw = (pose.yawDeg * Math.PI) / 180;
  const pitch = (-pose.pitchDeg * Math.PI) / 180;
  const roll = (-pose.rollDeg * Math.PI) / 180;
  const [cy, sy, cp, sp, cr, sr] = [
    Math.cos(yaw),
    Math.sin(yaw),
    Math.cos(pitch),
    Math.sin(pitch),
    Math.cos(roll),
    Math.sin(roll),
  ];
  return Float64Array.of(
    cy * cr + sy * sp * sr,
    -cy * sr + sy * sp * cr,
    sy * cp,
    cp * sr,
    cp * cr,
    -sp,
    -sy * cr + cy * sp * sr,
    sy * sr + cy * sp * cr,
    cy * cp,
  );
}
