import type { FaceAnalysis } from '../vision/types.ts';

/** Mesh indices; "left" is the subject's left, which stands at the image's right. */
const RIGHT_EYE_CORNERS = [33, 133] as const;
const LEFT_EYE_CORNERS = [362, 263] as const;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A landmark's place in the image, pixels. */
export function landmarkAt(landmarks: Float32Array, index: number): Point {
  return { x: landmarks[index * 3]!, y: landmarks[index * 3 + 1]! };
}

export function landmarkDistancePx(landmarks: Float32Array, from: number, to: number): number {
  const a = landmarkAt(landmarks, from);
  const b = landmarkAt(landmarks, to);
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function midpoint(landmarks: Float32Array, [from, to]: readonly [number, number]): Point {
  const a = landmarkAt(landmarks, from);
  const b = landmarkAt(landmarks, to);
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/**
 * Pixels between the centres of the eyes as a frontal view would show them: the distance seen ÷ cos yaw (OFIQ).
 * Under pitch it stays as it is, which makes it the unit of length of the other measures.
 */
export function interocularPx(face: FaceAnalysis): number {
  const right = midpoint(face.landmarks, RIGHT_EYE_CORNERS);
  const left = midpoint(face.landmarks, LEFT_EYE_CORNERS);
  const seenPx = Math.hypot(left.x - right.x, left.y - right.y);
  // Past 60° the correction would only magnify the mesh's error.
  const cosYaw = Math.max(0.5, Math.cos((face.pose.yawDeg * Math.PI) / 180));
  return seenPx / cosYaw;
}
