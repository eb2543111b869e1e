import type { BodyViewEvidence } from '../../../protocol/body-measurement.ts';
import { BODY_POINT } from '../../../vision/body-points.ts';
import { assumedCamera } from '../../../vision/camera-model.ts';
import { unpackMask } from '../evidence/pack-mask.ts';
import { type Point, type Silhouette, silhouetteOf } from '../evidence/silhouette.ts';

/** Hair over the crown, as a share of the stature: a centimetre or two, or none. */
const HAIR_SHARE = 0.007;
/**
 * How far toes (from the front) or the nearer foot (from the side) reach towards the camera from the body's middle, as a
 * share of the stature. What is nearer on the floor is seen lower: by 4 % of the stature for a phone at hip height.
 */
const FOOT_REACH_SHARE = 0.1;
/** Of the stature in pixels: hair, feet, soles and a camera that is not quite level. Standard deviation, as a share. */
export const STATURE_SD_SHARE = 0.012;
/** Columns of the head and feet that are looked at. */
const COLUMN_STEP_PX = 2;

/** A standing body in a picture: where it begins and ends, at the depth of its own middle. Pixels. */
export interface StandingFrame {
  readonly view: 'front' | 'side';
  readonly silhouette: Silhouette;
  readonly landmarks: ArrayLike<number>;
  readonly focalPx: number;
  readonly shoulders: Point;
  readonly hips: Point;
  /** Row of the skull's crown, without hair. */
  readonly crownY: number;
  /** Row of the floor below the body's middle. */
  readonly floorY: number;
  readonly crown: Point;
  readonly floor: Point;
  readonly staturePx: number;
}

/** null where the silhouette does not hold head and feet. */
export function standingFrame(evidence: BodyViewEvidence): StandingFrame | null {
  const { body, view } = evidence;
  if (body === null || (view !== 'front' && view !== 'side')) return null;
  const { landmarks } = body;
  const silhouette = silhouetteOf(unpackMask(body.mask));
  const camera = assumedCamera(evidence.width, evidence.height);
  const focalPx = evidence.focalPx ?? camera.focalPx;
  const shoulders = middleOf(landmarks, BODY_POINT.leftShoulder, BODY_POINT.rightShoulder);
  const hips = middleOf(landmarks, BODY_POINT.leftHip, BODY_POINT.rightHip);
  const reachPx = evidence.height;

  const head = middleOf(landmarks, BODY_POINT.leftEar, BODY_POINT.rightEar);
  const headPx = Math.abs(shoulders.y - head.y) / 2;
  const tops = columnsAround(head.x, headPx).flatMap(
    (x) => silhouette.edgeFrom({ x, y: head.y }, { x: 0, y: -1 }, reachPx) ?? [],
  );
  const bottoms = FEET.flatMap(([heel, toe]) => {
    const [a, b] = [pointAt(landmarks, heel), pointAt(landmarks, toe)];
    const foot = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    return columnsAround(foot.x, Math.max(headPx / 2, Math.abs(a.x - b.x) / 2)).flatMap((x) =>
      // From inside of the foot: a heel's point lies on its very edge.
      [foot.y, foot.y - headPx / 4].flatMap(
        (y) => silhouette.edgeFrom({ x, y }, { x: 0, y: 1 }, headPx * 2) ?? [],
      ),
    );
  });
  if (tops.length === 0 || bottoms.length === 0) return null;
  const top = tops.reduce((best, point) => (point.y < best.y ? point : best));
  const bottom = bottoms.reduce((best, point) => (point.y > best.y ? point : best));

  // The horizon of a level camera is the middle row; a point of the floor lies below it by the inverse of its distance.
  const seenPx = bottom.y - top.y;
  const lift = ((bottom.y - camera.centerY) * FOOT_REACH_SHARE * seenPx) / focalPx;
  const floorY = bottom.y - Math.max(0, lift);
  const crownY = top.y + HAIR_SHARE * (floorY - top.y);
  const staturePx = floorY - crownY;
  if (!(staturePx > 0)) return null;
  return {
    view,
    silhouette,
    landmarks,
    focalPx,
    shoulders,
    hips,
    crownY,
    floorY,
    crown: { x: top.x, y: crownY },
    floor: { x: hips.x, y: floorY },
    staturePx,
  };
}

const FEET = [
  [BODY_POINT.leftHeel, BODY_POINT.leftFootIndex],
  [BODY_POINT.rightHeel, BODY_POINT.rightFootIndex],
] as const;

function columnsAround(x: number, reachPx: number): number[] {
  const count = Math.floor(reachPx / COLUMN_STEP_PX);
  return Array.from({ length: 2 * count + 1 }, (_, i) => x + (i - count) * COLUMN_STEP_PX);
}

export function pointAt(landmarks: ArrayLike<number>, index: number): Point {
  return { x: landmarks[index * 3]!, y: landmarks[index * 3 + 1]! };
}

export function middleOf(landmarks: ArrayLike<number>, a: number, b: number): Point {
  const [p, q] = [pointAt(landmarks, a), pointAt(landmarks, b)];
  return { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 };
}
