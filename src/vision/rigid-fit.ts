/** A row-major 3×3 rotation, a uniform scale and a translation: target ≈ scale · rotation · source + translation. */
export interface RigidFit {
  readonly rotation: Float64Array;
  readonly scale: number;
  readonly translation: readonly [number, number, number];
}

/**
 * Weighted orthogonal Procrustes with scale, by Horn's quaternion (B. K. P. Horn, "Closed-form solution of absolute
 * orientation using unit quaternions", 1987). Reflections cannot come out of it.
 * @param source n × 3
 * @param target n × 3
 * @param weights n, not negative, not all zero
 */
export function fitRigid(source: Float64Array, target: Float64Array, weights: Float64Array): RigidFit {
  const from = weightedMean(source, weights);
  const to = weightedMean(target, weights);
  const m = new Float64Array(9);
  let spread = 0;
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i]!;
    for (let a = 0; a < 3; a++) {
      const s = source[i * 3 + a]! - from[a]!;
      spread += w * s * s;
      for (let b = 0; b < 3; b++) m[a * 3 + b]! += w * s * (target[i * 3 + b]! - to[b]!);
    }
  }
  const rotation = rotationFromQuaternion(largestEigenvector(hornMatrix(m)));
  let along = 0;
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) along += rotation[row * 3 + column]! * m[column * 3 + row]!;
  }
  const scale = along / spread;
  const shift = (row: number) =>
    to[row]! -
    scale *
      (rotation[row * 3]! * from[0] + rotation[row * 3 + 1]! * from[1] + rotation[row * 3 + 2]! * from[2]);
  return { rotation, scale, translation: [shift(0), shift(1), shift(2)] };
}

function weightedMean(points: Float64Array, weights: Float64Array): [number, number, number] {
  let x = 0;
  let y = 0;
  let z = 0;
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i]!;
    x += w * points[i * 3]!;
    y += w * points[i * 3 + 1]!;
    z += w * points[i * 3 + 2]!;
    total += w;
  }
  return [x / total, y / total, z / total];
}

/** The symmetric 4×4 matrix whose largest eigenvector is the quaternion of the best rotation. */
function hornMatrix(m: Float64Array): number[][] {
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = m as unknown as number[];
  return [
    [xx! + yy! + zz!, yz! - zy!, zx! - xz!, xy! - yx!],
    [yz! - zy!, xx! - yy! - zz!, xy! + yx!, zx! + xz!],
    [zx! - xz!, xy! + yx!, -xx! + yy! - zz!, yz! + zy!],
    [xy! - yx!, zx! + xz!, yz! + zy!, -xx! - yy! + zz!],
  ];
}

/** Jacobi rotations: 4×4 converges in a few sweeps and needs no special cases. */
function largestEigenvector(a: number[][]): number[] {
  const v = [0, 1, 2, 3].map((row) => [0, 1, 2, 3].map((column) => (row === column ? 1 : 0)));
  for (let sweep = 0; sweep < 24; sweep++) {
    let off = 0;
    for (let p = 0; p < 3; p++) for (let q = p + 1; q < 4; q++) off += a[p]![q]! ** 2;
    if (off < 1e-20 * (1 + a[0]![0]! ** 2 + a[1]![1]! ** 2 + a[2]![2]! ** 2 + a[3]![3]! ** 2)) break;
    for (let p = 0; p < 3; p++) {
      for (let q = p + 1; q < 4; q++) rotatePair(a, v, p, q);
    }
  }
  let best = 0;
  for (let i = 1; i < 4; i++) if (a[i]![i]! > a[best]![best]!) best = i;
  return v.map((row) => row[best]!);
}

function rotatePair(a: number[][], v: number[][], p: number, q: number): void {
  const apq = a[p]![q]!;
  if (apq === 0) return;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < 4; k++) {
    const kp = a[k]![p]!;
    const kq = a[k]![q]!;
    a[k]![p] = c * kp - s * kq;
    a[k]![q] = s * kp + c * kq;
  }
  for (let k = 0; k < 4; k++) {
    const pk = a[p]![k]!;
    const qk = a[q]![k]!;
    a[p]![k] = c * pk - s * qk;
    a[q]![k] = s * pk + c * qk;
    const vp = v[k]![p]!;
    const vq = v[k]![q]!;
    v[k]![p] = c * vp - s * vq;
    v[k]![q] = s * vp + c * vq;
  }
}

function rotationFromQuaternion(q: readonly number[]): Float64Array {
  const [w, x, y, z] = q as [number, number, number, number];
  return Float64Array.of(
    w * w + x * x - y * y - z * z,
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    w * w - x * x + y * y - z * z,
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    w * w - x * x - y * y + z * z,
  );
}
