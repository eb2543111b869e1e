import { type BodyMask, MASK_SIDE_PX } from '../../../vision/body-mask.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line from edge to edge of the person, pixels of the picture. */
export interface Span {
  readonly from: Point;
  readonly to: Point;
  readonly lengthPx: number;
}

/** The person's outline in a picture, to a part of a pixel. */
export interface Silhouette {
  /** 0..1 that a place shows the person; 0 outside of what the model looked at. */
  at(x: number, y: number): number;
  /** The first edge on the way from a place of the person; null where the place is not the person, or within reach there is none. */
  edgeFrom(from: Point, direction: Point, reachPx: number): Point | null;
}

const STEP_PX = 0.5;
const PERSON = 0.5;

export function silhouetteOf({ confidence, region }: BodyMask): Silhouette {
  const scale = MASK_SIDE_PX / region.sizePx;
  const cos = Math.cos(region.rotationRad) * scale;
  const sin = Math.sin(region.rotationRad) * scale;
  const valueAt = (column: number, row: number): number =>
    column >= 0 && row >= 0 && column < MASK_SIDE_PX && row < MASK_SIDE_PX
      ? confidence[row * MASK_SIDE_PX + column]!
      : 0;

  /** Bilinear, pixel centres at halves. */
  function at(x: number, y: number): number {
    const dx = x - region.centerX;
    const dy = y - region.centerY;
    const u = dx * cos + dy * sin + MASK_SIDE_PX / 2 - 0.5;
    const v = dy * cos - dx * sin + MASK_SIDE_PX / 2 - 0.5;
    const [left, top] = [Math.floor(u), Math.floor(v)];
    const [fx, fy] = [u - left, v - top];
    return (
      (valueAt(left, top) * (1 - fx) + valueAt(left + 1, top) * fx) * (1 - fy) +
      (valueAt(left, top + 1) * (1 - fx) + valueAt(left + 1, top + 1) * fx) * fy
    );
  }

  function edgeFrom(from: Point, direction: Point, reachPx: number): Point | null {
    let before = at(from.x, from.y);
    if (before < PERSON) return null;
    for (let way = STEP_PX; way <= reachPx; way += STEP_PX) {
      const now = at(from.x + way * direction.x, from.y + way * direction.y);
      if (now < PERSON) {
        const exact = way - (STEP_PX * (PERSON - now)) / (before - now);
        return { x: from.x + exact * direction.x, y: from.y + exact * direction.y };
      }
      before = now;
    }
    return null;
  }

  return { at, edgeFrom };
}

/** From edge to edge through a place of the person, both ways along a unit vector. */
export function spanThrough(
  silhouette: Silhouette,
  middle: Point,
  direction: Point,
  reachPx: number,
): Span | null {
  const from = silhouette.edgeFrom(middle, { x: -direction.x, y: -direction.y }, reachPx);
  const to = silhouette.edgeFrom(middle, direction, reachPx);
  if (from === null || to === null) return null;
  return { from, to, lengthPx: Math.hypot(to.x - from.x, to.y - from.y) };
}
