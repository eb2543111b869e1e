import { roundTo } from '../protocol/round-to.ts';
import type { Box } from './types.ts';

/** Landmarks are kept flat: x, y, z for each point, x and y in pixels. */
export const LANDMARK_COUNT = 468;

/** Mesh indices by meaning; left is the subject's left, which an unmirrored image shows at its right. */
export const LANDMARK = {
  noseTip: 1,
  foreheadTop: 10,
  chin: 152,
  lipUpperInner: 13,
  lipLowerInner: 14,
  rightEyeOuter: 33,
  rightEyeInner: 133,
  leftEyeInner: 362,
  leftEyeOuter: 263,
} as const;

export function boundsOf(landmarks: Float32Array): Box {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < landmarks.length; i += 3) {
    const x = landmarks[i]!;
    const y = landmarks[i + 1]!;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/**
 * x, y of each landmark, flat, for messages: times `scale`, to a tenth of a pixel. Finer than the mesh is right, and a
 * third of the text.
 */
export function flatPoints(landmarks: Float32Array, scale = 1): number[] {
  const points: number[] = [];
  for (let i = 0; i < landmarks.length; i += 3) {
    points.push(roundTo(landmarks[i]! * scale, 1), roundTo(landmarks[i + 1]! * scale, 1));
  }
  return points;
}

/** Distance in the image between two landmarks. */
export function distancePx(landmarks: Float32Array, a: number, b: number): number {
  return Math.hypot(landmarks[a * 3]! - landmarks[b * 3]!, landmarks[a * 3 + 1]! - landmarks[b * 3 + 1]!);
}

/** Overlap of two boxes: intersection over union, 0..1. */
export function intersectionOverUnion(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}
