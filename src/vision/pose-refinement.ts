/** A head in front of the camera: x right, y up, z towards the camera, centimetres. */
export interface PosedHead {
  /** Row-major 3×3. */
  readonly rotation: Float64Array;
  readonly translation: Float64Array;
}

export interface PoseProblem {
  /** n × 3, centimetres. */
  readonly model: Float64Array;
  readonly weights: Float64Array;
  /** n × 3, pixels from the principal point, y up; z relative, towards the camera. */
  readonly seen: Float64Array;
  readonly focalPx: number;
}

const ITERATIONS = 6;
/** A step this small is under a hundredth of a degree. */
const SETTLED_RAD = 1e-4;
/** How much a pixel of the mesh's guessed depth counts against a pixel that was seen. */
const DEPTH_TRUST = 1;

/**
 * Gauss-Newton on the weighted reprojection error, with the mesh's relative depths as a weak witness. Falls back to
 * the start where the head would come to lie behind the camera or the equations are singular.
 */
export function refinePose(start: PosedHead, problem: PoseProblem): PosedHead {
  let head = start;
  for (let i = 0; i < ITERATIONS; i++) {
    const step = solveStep(head, problem);
    if (step === null) return start;
    head = applyStep(head, step);
    if (!(head.translation[2]! < 0)) return start;
    if (Math.hypot(step[0]!, step[1]!, step[2]!) < SETTLED_RAD) break;
  }
  return head;
}

function solveStep(head: PosedHead, problem: PoseProblem): Float64Array | null {
  const { model, weights, seen, focalPx } = problem;
  const [r, t] = [head.rotation, head.translation];
  const a = new Float64Array(36);
  const b = new Float64Array(6);
  const jacobian = new Float64Array(6);
  const [meanX, meanY, meanZ, meanSeenZ] = turnedMean(head, problem);
  const flat = -focalPx / (t[2]! + meanZ);
  for (let i = 0; i < weights.length; i++) {
    const cx = model[i * 3]!;
    const cy = model[i * 3 + 1]!;
    const cz = model[i * 3 + 2]!;
    const qx = r[0]! * cx + r[1]! * cy + r[2]! * cz;
    const qy = r[3]! * cx + r[4]! * cy + r[5]! * cz;
    const qz = r[6]! * cx + r[7]! * cy + r[8]! * cz;
    const depth = -(qz + t[2]!);
    const scale = focalPx / depth;
    const u = (qx + t[0]!) * scale;
    const v = (qy + t[1]!) * scale;
    // d(qx) = wy·qz − wz·qy, d(qy) = wz·qx − wx·qz, d(qz) = wx·qy − wy·qx; d(depth) = −d(z).
    const du = u / depth;
    const dv = v / depth;
    write(jacobian, du * qy, scale * qz - du * qx, -scale * qy, scale, 0, du);
    accumulate(a, b, jacobian, seen[i * 3]! - u, weights[i]!);
    write(jacobian, -scale * qz + dv * qy, -dv * qx, scale * qx, 0, scale, dv);
    accumulate(a, b, jacobian, seen[i * 3 + 1]! - v, weights[i]!);
    // Depth tells of rotation only: the mesh's z has no origin, and its scale is that of the picture.
    write(jacobian, flat * (qy - meanY), -flat * (qx - meanX), 0, 0, 0, 0);
    const depthError = seen[i * 3 + 2]! - meanSeenZ - flat * (qz - meanZ);
    accumulate(a, b, jacobian, depthError, weights[i]! * DEPTH_TRUST * DEPTH_TRUST);
  }
  return solveSymmetric(a, b);
}

/** By turn and move: about x, y, z, along x, y, z. Number by number: a list a row would be 60 kB a frame. */
function write(
  row: Float64Array,
  rx: number,
  ry: number,
  rz: number,
  tx: number,
  ty: number,
  tz: number,
): void {
  row[0] = rx;
  row[1] = ry;
  row[2] = rz;
  row[3] = tx;
  row[4] = ty;
  row[5] = tz;
}

/** The weighted mean of the points in the head's own frame, turned. */
function turnedMean(head: PosedHead, problem: PoseProblem): readonly [number, number, number, number] {
  const { model, weights, seen } = problem;
  const mean: [number, number, number, number] = [0, 0, 0, 0];
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i]!;
    total += w;
    for (let k = 0; k < 3; k++) mean[k]! += w * model[i * 3 + k]!;
    mean[3] += w * seen[i * 3 + 2]!;
  }
  const [x, y, z] = [mean[0] / total, mean[1] / total, mean[2] / total];
  const r = head.rotation;
  return [
    r[0]! * x + r[1]! * y + r[2]! * z,
    r[3]! * x + r[4]! * y + r[5]! * z,
    r[6]! * x + r[7]! * y + r[8]! * z,
    mean[3] / total,
  ];
}

function accumulate(a: Float64Array, b: Float64Array, j: Float64Array, error: number, weight: number): void {
  for (let row = 0; row < 6; row++) {
    const w = weight * j[row]!;
    b[row]! += w * error;
    for (let column = row; column < 6; column++) a[row * 6 + column]! += w * j[column]!;
  }
}

/** Cholesky on the upper triangle of a 6×6; null where it is not positive definite. */
function solveSymmetric(a: Float64Array, b: Float64Array): Float64Array | null {
  const n = 6;
  const l = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = a[column * n + row]!;
      for (let k = 0; k < column; k++) sum -= l[row * n + k]! * l[column * n + k]!;
      if (row === column) {
        if (!(sum > 1e-12)) return null;
        l[row * n + row] = Math.sqrt(sum);
      } else {
        l[row * n + column] = sum / l[column * n + column]!;
      }
    }
  }
  const x = Float64Array.from(b);
  for (let row = 0; row < n; row++) {
    for (let k = 0; k < row; k++) x[row]! -= l[row * n + k]! * x[k]!;
    x[row]! /= l[row * n + row]!;
  }
  for (let row = n - 1; row >= 0; row--) {
    for (let k = row + 1; k < n; k++) x[row]! -= l[k * n + row]! * x[k]!;
    x[row]! /= l[row * n + row]!;
  }
  return x;
}

/** Turns the head by the step's rotation vector (Rodrigues) and moves it. */
function applyStep(head: PosedHead, step: Float64Array): PosedHead {
  const [wx, wy, wz] = [step[0]!, step[1]!, step[2]!];
  const angle = Math.hypot(wx, wy, wz);
  const s = angle < 1e-9 ? 1 : Math.sin(angle) / angle;
  const c = angle < 1e-9 ? 0.5 : (1 - Math.cos(angle)) / (angle * angle);
  const turn = [
    1 - c * (wy * wy + wz * wz),
    c * wx * wy - s * wz,
    c * wx * wz + s * wy,
    c * wx * wy + s * wz,
    1 - c * (wx * wx + wz * wz),
    c * wy * wz - s * wx,
    c * wx * wz - s * wy,
    c * wy * wz + s * wx,
    1 - c * (wx * wx + wy * wy),
  ];
  const r = head.rotation;
  const rotation = new Float64Array(9);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) sum += turn[row * 3 + k]! * r[k * 3 + column]!;
      rotation[row * 3 + column] = sum;
    }
  }
  return { rotation, translation: head.translation.map((value, i) => value + step[3 + i]!) };
}
