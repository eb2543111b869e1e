/** Where skin is likely to be bare, as outlines in pixels: from the face's mesh, or from the pose's points. */
import { BODY_POINT } from '../../../vision/body-points.ts';
import { SKIN_REGION_NAMES, skinPolygon } from '../../../vision/skin-regions.ts';

/** What a pose says of where things are. */
export interface PosePoints {
  /** 33 × (x, y, z), pixels. */
  readonly landmarks: ArrayLike<number>;
  /** 33, 0..1. */
  readonly visibility: ArrayLike<number>;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

const MIN_VISIBILITY = 0.5;
/** Eyes this near to each other, by their height over the mouth, belong to a face that is turned away. */
const TURNED_RATIO = 0.45;
/** Of the height of the eyes over the mouth. */
const CHEEK_RADIUS = 0.2;
const FOREHEAD_RADIUS = 0.26;
const FOREHEAD_ABOVE = 0.72;
/** From the shoulders' line to the mouth: below the chin's shade, above most collars. */
const NECK_SHARE = 0.43;
const NECK_HALF_WIDTH = 0.11;
const NECK_HALF_HEIGHT = 0.05;
/** From the elbow to the wrist: past the crook, short of cuffs, watches and bracelets. */
const FOREARM_SHARES = [0.35, 0.75] as const;
const FOREARM_HALF_WIDTH = 0.06;
const DISC_CORNERS = 12;

/** Forehead and both cheeks. */
export function meshFaceOutlines(faceMesh: Float32Array): Float32Array[] {
  return SKIN_REGION_NAMES.map((name) => skinPolygon(faceMesh, name));
}

/** Small discs on forehead and cheeks; of a face from the side the near cheek alone. Empty where it is hidden. */
export function poseFaceOutlines(pose: PosePoints): Float32Array[] {
  const at = placesOf(pose);
  const { leftEye, rightEye, leftEyeOuter, rightEyeOuter, mouthLeft, mouthRight, leftEar, rightEar } =
    BODY_POINT;
  if (![BODY_POINT.nose, leftEye, rightEye].some((point) => isSeen(pose, point))) return [];
  const eyes = between(at(leftEye), at(rightEye), 0.5);
  const mouth = between(at(mouthLeft), at(mouthRight), 0.5);
  const up = { x: eyes.x - mouth.x, y: eyes.y - mouth.y };
  const heightPx = Math.hypot(up.x, up.y);
  if (distance(at(leftEye), at(rightEye)) < TURNED_RATIO * heightPx) {
    const isLeftNear = pose.landmarks[leftEar * 3 + 2]! <= pose.landmarks[rightEar * 3 + 2]!;
    const [eye, ear, corner] = isLeftNear
      ? [leftEyeOuter, leftEar, mouthLeft]
      : [rightEyeOuter, rightEar, mouthRight];
    if (!isSeen(pose, eye) || !isSeen(pose, ear)) return [];
    return [disc(middleOf([at(eye), at(ear), at(corner), at(corner)]), CHEEK_RADIUS * heightPx)];
  }
  const forehead = { x: eyes.x + FOREHEAD_ABOVE * up.x, y: eyes.y + FOREHEAD_ABOVE * up.y };
  const cheeks = [
    [leftEyeOuter, mouthLeft],
    [rightEyeOuter, mouthRight],
  ].map(([eye, corner]) => disc(between(at(eye!), at(corner!), 0.5), CHEEK_RADIUS * heightPx));
  return [disc(forehead, FOREHEAD_RADIUS * heightPx), ...cheeks];
}

/** The front of the neck. Empty where shoulders or mouth are not seen. */
export function neckOutline(pose: PosePoints): Float32Array[] {
  const { leftShoulder, rightShoulder, mouthLeft, mouthRight } = BODY_POINT;
  const needed = [leftShoulder, rightShoulder, mouthLeft, mouthRight];
  if (!needed.every((point) => isSeen(pose, point))) return [];
  const at = placesOf(pose);
  const shoulders = between(at(leftShoulder), at(rightShoulder), 0.5);
  const mouth = between(at(mouthLeft), at(mouthRight), 0.5);
  const up = { x: mouth.x - shoulders.x, y: mouth.y - shoulders.y };
  const centre = between(shoulders, mouth, NECK_SHARE);
  return [rectangle(centre, up, NECK_HALF_HEIGHT, NECK_HALF_WIDTH)];
}

/** The middles of those forearms that are seen. */
export function forearmOutlines(pose: PosePoints): Float32Array[] {
  const { leftElbow, rightElbow, leftWrist, rightWrist } = BODY_POINT;
  const at = placesOf(pose);
  return [[leftElbow, leftWrist] as const, [rightElbow, rightWrist] as const].flatMap(([elbow, wrist]) => {
    if (!isSeen(pose, elbow) || !isSeen(pose, wrist)) return [];
    const [from, to] = [at(elbow), at(wrist)];
    const along = { x: to.x - from.x, y: to.y - from.y };
    const [start, end] = FOREARM_SHARES;
    return [rectangle(between(from, to, (start + end) / 2), along, (end - start) / 2, FOREARM_HALF_WIDTH)];
  });
}

function isSeen({ visibility }: PosePoints, point: number): boolean {
  return visibility[point]! >= MIN_VISIBILITY;
}

function placesOf({ landmarks }: PosePoints): (point: number) => Place {
  return (point) => ({ x: landmarks[point * 3]!, y: landmarks[point * 3 + 1]! });
}

function between(a: Place, b: Place, share: number): Place {
  return { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) };
}

function distance(a: Place, b: Place): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

function middleOf(places: readonly Place[]): Place {
  const sum = places.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / places.length, y: sum.y / places.length };
}

function disc({ x, y }: Place, radiusPx: number): Float32Array {
  return Float32Array.from({ length: DISC_CORNERS * 2 }, (_, i) => {
    const angle = ((i >> 1) * 2 * Math.PI) / DISC_CORNERS;
    return i % 2 === 0 ? x + radiusPx * Math.cos(angle) : y + radiusPx * Math.sin(angle);
  });
}

/** About `centre`, `along` an axis by shares of its length to each side, and across it by shares of the same length. */
function rectangle({ x, y }: Place, along: Place, halfAlong: number, halfAcross: number): Float32Array {
  const across = { x: -along.y, y: along.x };
  const corners = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ] as const;
  return Float32Array.from(
    corners.flatMap(([a, c]) => [
      x + a * halfAlong * along.x + c * halfAcross * across.x,
      y + a * halfAlong * along.y + c * halfAcross * across.y,
    ]),
  );
}
