import { BODY_POINT } from '../../../vision/body-points.ts';
import { type Point, type Span, spanThrough } from '../evidence/silhouette.ts';
import { pointAt, type StandingFrame } from './standing-frame.ts';

export const TRUNK_LEVELS = ['chest', 'waist', 'hip'] as const;
export type TrunkLevel = (typeof TRUNK_LEVELS)[number];

/**
 * Heights over the floor as shares of the stature: the mean of ANSUR II's men and women (chest at the nipples, waist at
 * the navel, hip where the buttocks stand out most). People scatter about them by 0.013. The outline's own extremes were
 * not taken: of the breadths of chest, navel and hip, the navel's is the least on one of ten of ANSUR's people only.
 */
const LEVEL_SHARES: Readonly<Record<TrunkLevel, number>> = {
  chest: 0.727,
  waist: 0.6015,
  hip: 0.5086,
};
/** Where the model puts the joints of people who stand so, as shares of the stature: from the front and from the side. */
const JOINT_SHARES = {
  front: { shoulder: 0.8, hip: 0.517 },
  side: { shoulder: 0.814, hip: 0.508 },
} as const;
/**
 * Lines beside each other, in shares of the stature. The median is the width at chest and waist: one wrinkle of clothes
 * is none. Hips are measured where they are widest and buttocks where they stand out most, so there the widest counts;
 * a little above and below it a body may be narrower by a twentieth.
 */
const BESIDE: Readonly<Record<TrunkLevel, readonly number[]>> = {
  chest: [-0.006, -0.003, 0, 0.003, 0.006],
  waist: [-0.006, -0.003, 0, 0.003, 0.006],
  hip: [-0.009, -0.006, -0.003, 0, 0.003, 0.006, 0.009, 0.012],
};
/** No trunk is wider, to each side, than this share of the stature. */
const REACH_SHARE = 0.24;
/** Below a level that an arm covers: how far down its edge is looked for, and from how much of it its way is drawn on. */
const COVERED_SHARE = 0.07;
const DRAWN_SHARE = 0.02;

/**
 * A row of the picture for a share of the stature. Half from the joints, which know a body's own proportions, half from
 * crown and floor, which are seen more exactly.
 */
export function rowOf(frame: StandingFrame, share: number): number {
  const joints = JOINT_SHARES[frame.view];
  const ofTrunk = (share - joints.hip) / (joints.shoulder - joints.hip);
  const byJoints = frame.hips.y + ofTrunk * (frame.shoulders.y - frame.hips.y);
  const byOutline = frame.floorY - share * frame.staturePx;
  return (byJoints + byOutline) / 2;
}

/** The middle of the trunk at a row. */
function middleAt({ hips, shoulders }: StandingFrame, y: number): Point {
  const share = (y - hips.y) / (shoulders.y - hips.y);
  return { x: hips.x + share * (shoulders.x - hips.x), y };
}

/** Breadths from the front, depths from the side; null where an arm or the picture's edge hides one. */
export function trunkWidths(frame: StandingFrame): Readonly<Record<TrunkLevel, Span | null>> {
  const level = (name: TrunkLevel): Span | null => {
    const y = rowOf(frame, LEVEL_SHARES[name]);
    const beside = BESIDE[name];
    const found = beside
      .map((share) => widthAt(frame, y - share * frame.staturePx))
      .filter((span) => span !== null)
      .toSorted((a, b) => a.lengthPx - b.lengthPx);
    if (found.length < beside.length) return null;
    return name === 'hip' ? found.at(-1)! : found[found.length >> 1]!;
  };
  return { chest: level('chest'), waist: level('waist'), hip: level('hip') };
}

/** The trunk's width at a row: level in the picture from the side, at right angles to the trunk from the front. */
function widthAt(frame: StandingFrame, y: number): Span | null {
  const middle = middleAt(frame, y);
  const direction = acrossOf(frame);
  if (frame.view === 'side')
    return spanThrough(frame.silhouette, middle, direction, REACH_SHARE * frame.staturePx);
  const [from, to] = [trunkEdge(frame, middle, direction, -1), trunkEdge(frame, middle, direction, 1)];
  if (from === null || to === null) return null;
  return { from, to, lengthPx: Math.hypot(to.x - from.x, to.y - from.y) };
}

function acrossOf({ view, hips, shoulders }: StandingFrame): Point {
  if (view === 'side') return { x: 1, y: 0 };
  const length = Math.hypot(shoulders.x - hips.x, shoulders.y - hips.y);
  return { x: (hips.y - shoulders.y) / length, y: (shoulders.x - hips.x) / length };
}

/** An arm that lies against the chest hides its edge there: it is drawn on from where it is seen below. */
function trunkEdge(frame: StandingFrame, middle: Point, direction: Point, way: 1 | -1): Point | null {
  const seen = (from: Point): Point | null => {
    const reachPx = Math.min(REACH_SHARE * frame.staturePx, armReach(frame, from, way));
    return frame.silhouette.edgeFrom(from, { x: way * direction.x, y: way * direction.y }, reachPx);
  };
  const edge = seen(middle);
  if (edge !== null) return edge;
  const drawnPx = DRAWN_SHARE * frame.staturePx;
  for (let down = 2; down < COVERED_SHARE * frame.staturePx; down += 2) {
    const near = seen(middleAt(frame, middle.y + down));
    const far = near && seen(middleAt(frame, middle.y + down + drawnPx));
    if (near === null || far === null) continue;
    const slope = (near.x - far.x) / (near.y - far.y);
    const y = middle.y + (near.x - middle.x) * direction.y;
    return { x: near.x + slope * (y - near.y), y };
  }
  return null;
}

/** To the line from shoulder to elbow on this side of the picture; no limit below the elbow. */
function armReach({ landmarks }: StandingFrame, from: Point, way: 1 | -1): number {
  const reaches = (['left', 'right'] as const).map((side) => {
    const shoulder = pointAt(landmarks, BODY_POINT[`${side}Shoulder`]);
    const elbow = pointAt(landmarks, BODY_POINT[`${side}Elbow`]);
    if (from.y < Math.min(shoulder.y, elbow.y) || from.y > Math.max(shoulder.y, elbow.y))
      return Number.POSITIVE_INFINITY;
    const share = (from.y - shoulder.y) / (elbow.y - shoulder.y || 1);
    const reach = (shoulder.x + share * (elbow.x - shoulder.x) - from.x) * way;
    return reach > 0 ? reach : Number.POSITIVE_INFINITY;
  });
  return Math.min(...reaches);
}
