import type { Region, RgbImage } from './types.ts';

/** Room around the circle that the alignment points describe, as the landmark model was trained with. */
const MARGIN = 1.25;
/** A smaller body has no landmarks worth the name. */
const MIN_REGION_PX = 32;
/** The region of a person of whom little is in view is far larger than the picture. */
const MAX_REGION_RATIO = 10;

/** Distance between the two alignment points, which stand first: the body's radius. */
export function regionSpan(points: ArrayLike<number>): number {
  return Math.hypot(points[2]! - points[0]!, points[3]! - points[1]!);
}

/**
 * Where the landmark model looks: a square around the middle of the hips, upright by the way to a point on the circle
 * around the body.
 * @param points x, y of the middle of the hips, x, y of the point on the circle; further ones are not read
 */
export function regionFromAlignment(points: ArrayLike<number>): Region {
  const [hipX, hipY, endX, endY] = [points[0]!, points[1]!, points[2]!, points[3]!];
  return {
    centerX: hipX,
    centerY: hipY,
    sizePx: 2 * MARGIN * regionSpan(points),
    rotationRad: wrap(Math.PI / 2 - Math.atan2(hipY - endY, endX - hipX)),
  };
}

/**
 * Whether a region shows anything of a picture; a track comes from outside of this module and may be of another size.
 * Unlike a face's, its middle may lie outside: somebody who stands near is in view down to the chest.
 */
export function canLookAt(
  { centerX, centerY, sizePx, rotationRad }: Region,
  { width, height }: Pick<RgbImage, 'width' | 'height'>,
): boolean {
  const dx = Math.max(0, -centerX, centerX - width);
  const dy = Math.max(0, -centerY, centerY - height);
  return (
    Math.hypot(dx, dy) < sizePx / 2 &&
    sizePx >= MIN_REGION_PX &&
    sizePx <= MAX_REGION_RATIO * Math.max(width, height) &&
    Number.isFinite(rotationRad)
  );
}

/** The same angle in −π..π. */
function wrap(angleRad: number): number {
  return angleRad > Math.PI ? angleRad - 2 * Math.PI : angleRad;
}
