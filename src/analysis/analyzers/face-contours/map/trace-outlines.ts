import type { RegionField } from './region-fields.ts';

/** Right, down, left, up: each a quarter turn clockwise after the one before. */
const STEP_X = [1, 0, -1, 0] as const;
const STEP_Y = [0, 1, 0, -1] as const;
const LEFT = 2;

/**
 * The lines between what is a region's and what is not, in pixels of the map: outer ones clockwise as seen, holes
 * the other way round. Marching squares: a line crosses between two neighbouring pixels where the claim, taken as
 * linear between them, is 0; pixels that touch at a corner only are not joined.
 *
 * Lines of two regions never cross: of two neighbouring pixels with different owners, each owner's claim ends before
 * the other's begins, since a claim is at most the difference to the other's share; and a piece of line joins two
 * such places of the same four pixels. OpenCV's findContours gives the middles of the border's pixels instead: half a
 * pixel too small, in steps, and smoothed afterwards they would run into each other.
 */
export function traceOutlines(field: RegionField): number[][] {
  const { claims, width, height } = field;
  const visited = new Uint8Array(claims.length);
  const outlines: number[][] = [];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      if (claims[at]! > 0 && claims[at - 1]! <= 0 && visited[at] === 0) {
        outlines.push(follow(field, visited, x, y));
      }
    }
  }
  return outlines;
}

/** Goes once around, from a pixel whose left neighbour is outside. Every line has such a place. */
function follow(field: RegionField, visited: Uint8Array, startX: number, startY: number): number[] {
  const { claims, width, left, top } = field;
  const outline: number[] = [];
  let [x, y, side] = [startX, startY, LEFT as number];
  do {
    const at = y * width + x;
    if (side === LEFT) visited[at] = 1;
    const [outX, outY] = [STEP_X[side]!, STEP_Y[side]!];
    const inside = claims[at]!;
    const reach = inside / (inside - claims[at + outY * width + outX]!);
    outline.push(left + x + 0.5 + reach * outX, top + y + 0.5 + reach * outY);
    // On along the border, the outside at the left hand.
    const ahead = (side + 1) % 4;
    const [aheadX, aheadY] = [x + STEP_X[ahead]!, y + STEP_Y[ahead]!];
    const aheadAt = aheadY * width + aheadX;
    if (claims[aheadAt]! <= 0) side = ahead;
    else if (claims[aheadAt + outY * width + outX]! <= 0) [x, y] = [aheadX, aheadY];
    else [x, y, side] = [aheadX + outX, aheadY + outY, (side + 3) % 4];
  } while (x !== startX || y !== startY || side !== LEFT);
  return outline;
}
