import type { BodyViewEvidence } from '../../../protocol/body-measurement.ts';

/** Vertices of the mesh: both cheekbones' sides, the nose's root and the chin, and the corners of the eyes. */
const CHEEKBONES = [234, 454] as const;
const NOSE_ROOT = 168;
const CHIN = 152;
const EYES = [
  [33, 133],
  [362, 263],
] as const;

/**
 * Sizes of a face from its mesh, pixels. The mesh ends at the hairline: it does not know the head's breadth.
 * @param mesh 468 × (x, y, z)
 */
export function faceSizes(mesh: Float32Array): NonNullable<BodyViewEvidence['face']> {
  const apart = (a: readonly [number, number, number], b: readonly [number, number, number]) =>
    Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  const at = (index: number) => [mesh[index * 3]!, mesh[index * 3 + 1]!, mesh[index * 3 + 2]!] as const;
  const [leftEye, rightEye] = EYES.map(([a, b]) => {
    const [p, q] = [at(a), at(b)];
    return [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2, (p[2] + q[2]) / 2] as const;
  }) as [readonly [number, number, number], readonly [number, number, number]];
  const [left, right] = [at(CHEEKBONES[0]), at(CHEEKBONES[1])];
  return {
    headBreadthPx: null,
    cheekboneBreadthPx: apart(left, right),
    faceHeightPx: apart(at(NOSE_ROOT), at(CHIN)),
    interpupillaryPx: apart(leftEye, rightEye),
    yawDeg: (Math.atan2(right[2] - left[2], right[0] - left[0]) * 180) / Math.PI,
  };
}
