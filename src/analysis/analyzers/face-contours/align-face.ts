/** How far a face is tilted, from landmarks of whatever kind the caller has. */
import type { Matrix, Point } from './geometry/placement.ts';
import { turnAbout } from './geometry/placement.ts';

export const ALIGNMENTS = ['first-two', 'line', 'face-68', 'mesh'] as const;
export type Alignment = (typeof ALIGNMENTS)[number];

export interface FaceAlignment {
  readonly by: Alignment;
  /** What makes the face level: clockwise as seen (y down), about `center`. */
  readonly rotationDeg: number;
  readonly center: Point;
  readonly turn: Matrix;
}

/** Left and right of a face: the image-left landmark, the image-right one, and how far they are apart on a model face. */
export type LevelPair = readonly [left: number, right: number, apart: number];

/** The mesh's points, without and with the irises. */
const MESH_COUNTS: readonly number[] = [468, 478];
/** The 68 points of iBUG 300-W. */
const IBUG_COUNT = 68;
/** A cloud of points has a direction where it is clearly longer than wide. */
const MIN_ELONGATION = 2;
/** And that is the line of the eyes where the first two landmarks, which are on it, agree. */
const MAX_DISAGREEMENT_DEG = 30;

/**
 * The rotation that makes a face level, by what the landmarks are:
 * - 468 or 478, the mesh: a least-squares fit of all its mirrored pairs to level ones, weighted by how far apart they
 *   are on the model face. Pairs stay level however a head is turned to the side, where a fit of the points
 *   themselves tilts with it.
 * - 68, iBUG: the same fit over the pairs of brows, eyes, mouth and jaw.
 * - three or more others: total least squares. The axis of the cloud is taken where it is clear and near to the line
 *   of the first two (a row of eye corners); else the points are no row, and the first two count.
 * - two: the line between them.
 * From lines it is the turn of at most 90°: which side is up is not in them. A mesh knows, and turns up to 180°.
 * @param meshPairs of the canonical face, see mirroredPairs
 * @returns null where all the points are in one place
 */
export function alignFace(
  landmarks: readonly Point[],
  meshPairs: readonly LevelPair[],
): FaceAlignment | null {
  const fitted = tilt(landmarks, meshPairs);
  if (fitted === null) return null;
  const { by, tiltDeg } = fitted;
  const center = by === 'first-two' ? meanOf(landmarks.slice(0, 2)) : meanOf(landmarks);
  const rotationDeg = tiltDeg === 0 ? 0 : -tiltDeg;
  return { by, rotationDeg, center, turn: turnAbout(center, rotationDeg) };
}

function tilt(
  landmarks: readonly Point[],
  meshPairs: readonly LevelPair[],
): { by: Alignment; tiltDeg: number } | null {
  const pairs = MESH_COUNTS.includes(landmarks.length)
    ? meshPairs
    : landmarks.length === IBUG_COUNT
      ? IBUG_PAIRS
      : [];
  const byPairs = pairTilt(landmarks, pairs);
  if (byPairs !== null) return { by: pairs === IBUG_PAIRS ? 'face-68' : 'mesh', tiltDeg: byPairs };
  const [first, second] = landmarks;
  const firstTwo =
    first === undefined || second === undefined || (first.x === second.x && first.y === second.y)
      ? null
      : levelled(degrees(second.y - first.y, second.x - first.x));
  const axis = landmarks.length < 3 ? null : axisOf(landmarks);
  if (axis !== null) {
    const agrees = firstTwo === null || Math.abs(levelled(axis - firstTwo)) <= MAX_DISAGREEMENT_DEG;
    if (agrees) return { by: 'line', tiltDeg: axis };
  }
  return firstTwo === null ? null : { by: 'first-two', tiltDeg: firstTwo };
}

/** The angle that turns the model's level pairs into the ones seen with the least sum of squares. */
function pairTilt(landmarks: readonly Point[], pairs: readonly LevelPair[]): number | null {
  let x = 0;
  let y = 0;
  for (const [left, right, apart] of pairs) {
    x += apart * (landmarks[right]!.x - landmarks[left]!.x);
    y += apart * (landmarks[right]!.y - landmarks[left]!.y);
  }
  return x === 0 && y === 0 ? null : degrees(y, x);
}

/** The direction of the line with the least squared distances to the points; null where none is clear. */
function axisOf(points: readonly Point[]): number | null {
  const { x: meanX, y: meanY } = meanOf(points);
  let [xx, xy, yy] = [0, 0, 0];
  for (const { x, y } of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
    yy += (y - meanY) ** 2;
  }
  const spread = Math.hypot(xx - yy, 2 * xy);
  const [long, short] = [(xx + yy + spread) / 2, (xx + yy - spread) / 2];
  if (spread === 0 || long < MIN_ELONGATION ** 2 * short) return null;
  return levelled(degrees(2 * xy, xx - yy) / 2);
}

function meanOf(points: readonly Point[]): Point {
  const sum = points.reduce((all, { x, y }) => ({ x: all.x + x, y: all.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}

const degrees = (y: number, x: number) => (Math.atan2(y, x) * 180) / Math.PI;

/** A line's direction, −90 < … ≤ 90. */
function levelled(angle: number): number {
  const rest = ((angle % 180) + 180) % 180;
  return rest > 90 ? rest - 180 : rest;
}

/** Jaw, brows, eyes, mouth of iBUG 300-W; the weights are rough breadths of a face. */
const IBUG_PAIRS: readonly LevelPair[] = [
  ...[0, 1, 2, 3, 4, 5].map((i): LevelPair => [i, 16 - i, 8 - i]),
  ...[17, 18, 19, 20, 21].map((i): LevelPair => [i, 43 - i, 24 - i]),
  [36, 45, 5],
  [37, 44, 4],
  [38, 43, 3],
  [39, 42, 2],
  [40, 47, 3],
  [41, 46, 4],
  [31, 35, 1],
  [48, 54, 3],
  [49, 53, 2],
  [59, 55, 2],
  [60, 64, 2],
];
