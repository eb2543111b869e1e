import { landmarkAt, type Point } from '../../../../guidance/face-geometry.ts';
import { LANDMARK } from '../../../../vision/landmarks.ts';

/** Pixels between the middles of the eyes as the picture shows them. */
export function interocularSeenPx(landmarks: Float32Array): number {
  const middle = (from: number, to: number): Point => {
    const [a, b] = [landmarkAt(landmarks, from), landmarkAt(landmarks, to)];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  };
  const right = middle(LANDMARK.rightEyeOuter, LANDMARK.rightEyeInner);
  const left = middle(LANDMARK.leftEyeInner, LANDMARK.leftEyeOuter);
  return Math.hypot(left.x - right.x, left.y - right.y);
}
