import type { CanonicalFace } from '../../../../vision/types.ts';
import type { LevelPair } from '../align-face.ts';

/** Vertices nearer than this, in centimetres, are mirror images. The canonical face is symmetric to the last digit. */
const TOLERANCE_CM = 0.01;

/**
 * For each vertex of the canonical face its mirror image; itself on the middle line.
 * @returns 468 indices
 */
export function mirrorOf({ positions }: CanonicalFace): Int16Array {
  const count = positions.length / 3;
  return Int16Array.from({ length: count }, (_, index) => {
    const [x, y, z] = [positions[index * 3]!, positions[index * 3 + 1]!, positions[index * 3 + 2]!];
    for (let other = 0; other < count; other++) {
      const away = Math.hypot(
        positions[other * 3]! + x,
        positions[other * 3 + 1]! - y,
        positions[other * 3 + 2]! - z,
      );
      if (away < TOLERANCE_CM) return other;
    }
    return index;
  });
}

/** The pairs that stand level on the canonical face, the subject's right (the image's left) first. */
export function mirroredPairs(face: CanonicalFace): LevelPair[] {
  const mirror = mirrorOf(face);
  const pairs: LevelPair[] = [];
  mirror.forEach((left, right) => {
    const x = face.positions[right * 3]!;
    if (left !== right && x < 0) pairs.push([right, left, -2 * x]);
  });
  return pairs;
}
