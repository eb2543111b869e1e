import type { CameraModel } from '../camera-model.ts';
import {
  CARD_CORNERS_CM,
  type Homography,
  homographyTo,
  jacobianAt,
  type PlanePoint,
  type Quad,
  solveLinear,
} from './card-geometry.ts';

/** A card in front of a pinhole camera (x to the right, y down, z away from it), in centimetres. */
export interface CardPose {
  /** Row-major 3×3, from the card's axes to the camera's. */
  readonly rotation: Float64Array;
  /** The card's centre. */
  readonly centreCm: readonly [number, number, number];
  readonly camera: CameraModel;
  /** Between the card's normal and the camera's axis. */
  readonly tiltDeg: number;
  /** From the given corners to those of a true card in this pose, root mean square. 0.. */
  readonly misfitPx: number;
}

const ITERATIONS = 30;
const LEAST_STEP = 1e-10;
const PARAMETERS = 6;

/**
 * The pose in which a card of ID-1 size comes nearest to the corners: eight coordinates for six unknowns, so that
 * `misfitPx` tells whether the quad can be such a card at all. Nearly flat perspective leaves two mirrored
 * poses: the better one is given, and both are about as far away.
 * @param corners clockwise, the first side a long one
 */
export function fitCardPose(corners: Quad, camera: CameraModel): CardPose | null {
  return fitCardPoses(corners, camera)[0] ?? null;
}

/** Both mirrored poses, the better one first. Corners that are off by a third of a pixel may fit the wrong one better. */
export function fitCardPoses(corners: Quad, camera: CameraModel): CardPose[] {
  const plane = homographyTo(corners);
  if (plane === null) return [];
  return ([1, -1] as const)
    .map((lean) => refined(startPose(plane, lean, camera), corners, camera))
    .filter((pose) => pose !== null)
    .sort((a, b) => a.misfitPx - b.misfitPx);
}

/** From centimetres of the card to pixels. */
export function poseHomography({ rotation: r, centreCm: [tx, ty, tz], camera }: CardPose): Homography {
  const { focalPx: f, centerX, centerY } = camera;
  const column = (x: number, y: number, z: number) =>
    [(f * x + centerX * z) / tz, (f * y + centerY * z) / tz, z / tz] as const;
  const [a, b, c] = [column(r[0]!, r[3]!, r[6]!), column(r[1]!, r[4]!, r[7]!), column(tx, ty, tz)];
  return Float64Array.of(a[0], b[0], c[0], a[1], b[1], c[1], a[2], b[2], c[2]);
}

/** Relative standard deviation of the card's distance, for corners that are off by `cornerSdPx` in each coordinate. */
export function relativeDepthSd(pose: CardPose, cornerSdPx: number): number {
  const normal = normalMatrix(derivatives(pose.rotation, pose.centreCm, pose.camera));
  const unit = solveLinear(normal.map((row, i) => [...row, i === PARAMETERS - 1 ? 1 : 0]));
  if (unit === null) return Number.POSITIVE_INFINITY;
  return (cornerSdPx * Math.sqrt(Math.max(0, unit[PARAMETERS - 1]!))) / pose.centreCm[2];
}

interface Start {
  readonly rotation: Float64Array;
  readonly centreCm: [number, number, number];
}

/** As if the card were far away: its greater stretch is its scale, the lesser one is shortened by the tilt. */
function startPose(plane: Homography, lean: 1 | -1, camera: CameraModel): Start {
  const [a, b, c, d] = jacobianAt(plane, { x: 0, y: 0 });
  // Singular values and right vectors of [a b; c d].
  const turn = Math.atan2(2 * (a * b + c * d), a * a + c * c - b * b - d * d) / 2;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const most = Math.hypot(a * cos + b * sin, c * cos + d * sin);
  const least = Math.hypot(b * cos - a * sin, d * cos - c * sin);
  const leanSin = lean * Math.sqrt(Math.max(0, 1 - (least / most) ** 2));
  const [r1, r2] = [
    [a / most, c / most, -leanSin * sin],
    [b / most, d / most, leanSin * cos],
  ] as const;
  const r3 = [
    r1[1] * r2[2] - r1[2] * r2[1],
    r1[2] * r2[0] - r1[0] * r2[2],
    r1[0] * r2[1] - r1[1] * r2[0],
  ] as const;
  const depth = camera.focalPx / most;
  return {
    rotation: Float64Array.of(r1[0], r2[0], r3[0], r1[1], r2[1], r3[1], r1[2], r2[2], r3[2]),
    centreCm: [
      ((plane[2]! - camera.centerX) * depth) / camera.focalPx,
      ((plane[5]! - camera.centerY) * depth) / camera.focalPx,
      depth,
    ],
  };
}

/** Levenberg and Marquardt, the rotation by small turns. */
function refined(start: Start, corners: Quad, camera: CameraModel): CardPose | null {
  let { rotation, centreCm } = start;
  let damping = 1e-4;
  let residuals = residualsOf(rotation, centreCm, camera, corners);
  let cost = squares(residuals);
  for (let i = 0; i < ITERATIONS; i++) {
    const columns = derivatives(rotation, centreCm, camera);
    const normal = normalMatrix(columns);
    const step = solveLinear(
      normal.map((row, r) => [
        ...row.map((value, c) => (r === c ? value * (1 + damping) + 1e-12 : value)),
        -columns[r]!.reduce((sum, value, k) => sum + value * residuals[k]!, 0),
      ]),
    );
    if (step === null) return null;
    const nextRotation = turned(rotation, step[0]!, step[1]!, step[2]!);
    const nextCentre: [number, number, number] = [
      centreCm[0] + step[3]!,
      centreCm[1] + step[4]!,
      centreCm[2] + step[5]!,
    ];
    const nextResiduals = residualsOf(nextRotation, nextCentre, camera, corners);
    const nextCost = squares(nextResiduals);
    if (nextCost < cost && nextCentre[2] > 0) {
      const gain = cost - nextCost;
      [rotation, centreCm, residuals, cost] = [nextRotation, nextCentre, nextResiduals, nextCost];
      damping = Math.max(1e-9, damping / 10);
      if (gain < LEAST_STEP) break;
    } else {
      damping *= 10;
      if (damping > 1e6) break;
    }
  }
  const tiltDeg = (Math.acos(Math.min(1, Math.abs(rotation[8]!))) * 180) / Math.PI;
  return { rotation, centreCm, camera, tiltDeg, misfitPx: Math.sqrt(cost / 4) };
}

function projected(
  r: Float64Array,
  [tx, ty, tz]: readonly [number, number, number],
  camera: CameraModel,
  { x, y }: PlanePoint,
): PlanePoint {
  const z = r[6]! * x + r[7]! * y + tz;
  return {
    x: camera.centerX + (camera.focalPx * (r[0]! * x + r[1]! * y + tx)) / z,
    y: camera.centerY + (camera.focalPx * (r[3]! * x + r[4]! * y + ty)) / z,
  };
}

function residualsOf(
  rotation: Float64Array,
  centre: readonly [number, number, number],
  camera: CameraModel,
  corners: Quad,
): number[] {
  return CARD_CORNERS_CM.flatMap((corner, i) => {
    const { x, y } = projected(rotation, centre, camera, corner);
    return [x - corners[i]!.x, y - corners[i]!.y];
  });
}

/** Of the eight coordinates, by three small turns (radians) and the centre (centimetres). */
function derivatives(
  r: Float64Array,
  [tx, ty, tz]: readonly [number, number, number],
  { focalPx }: CameraModel,
): number[][] {
  const columns = Array.from({ length: PARAMETERS }, () => new Array<number>(8).fill(0));
  CARD_CORNERS_CM.forEach(({ x, y }, i) => {
    // Of the corner: from the card's centre in camera axes, and from the camera.
    const [qx, qy, qz] = [r[0]! * x + r[1]! * y, r[3]! * x + r[4]! * y, r[6]! * x + r[7]! * y];
    const z = qz + tz;
    const [u, v] = [(qx + tx) / z, (qy + ty) / z];
    const set = (parameter: number, dx: number, dy: number, dz: number) => {
      columns[parameter]![i * 2] = (focalPx * (dx - u * dz)) / z;
      columns[parameter]![i * 2 + 1] = (focalPx * (dy - v * dz)) / z;
    };
    set(0, 0, -qz, qy);
    set(1, qz, 0, -qx);
    set(2, -qy, qx, 0);
    set(3, 1, 0, 0);
    set(4, 0, 1, 0);
    set(5, 0, 0, 1);
  });
  return columns;
}

function normalMatrix(columns: readonly (readonly number[])[]): number[][] {
  return columns.map((a) => columns.map((b) => a.reduce((sum, value, k) => sum + value * b[k]!, 0)));
}

/** Turned further by a rotation vector in camera axes. */
function turned(r: Float64Array, wx: number, wy: number, wz: number): Float64Array {
  const angle = Math.hypot(wx, wy, wz);
  if (angle === 0) return r;
  const [x, y, z] = [wx / angle, wy / angle, wz / angle];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const k = 1 - c;
  const turn = [
    [c + x * x * k, x * y * k - z * s, x * z * k + y * s],
    [y * x * k + z * s, c + y * y * k, y * z * k - x * s],
    [z * x * k - y * s, z * y * k + x * s, c + z * z * k],
  ];
  return Float64Array.from({ length: 9 }, (_, i) => {
    const [row, column] = [Math.floor(i / 3), i % 3];
    return turn[row]!.reduce((sum, value, j) => sum + value * r[j * 3 + column]!, 0);
  });
}

function squares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
