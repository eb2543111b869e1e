/** Plane geometry of an ID-1 card: points are in pixels of the picture (y down) or in centimetres of the card. */

/** ISO/IEC 7810: 85.60 × 53.98 mm. Its corners are rounded with 3.18 mm. */
export const CARD_WIDTH_CM = 8.56;
export const CARD_HEIGHT_CM = 5.398;

export interface PlanePoint {
  readonly x: number;
  readonly y: number;
}

/** Clockwise as seen (y down). */
export type Quad = readonly [PlanePoint, PlanePoint, PlanePoint, PlanePoint];

/** Row-major 3×3. */
export type Homography = Float64Array;

/** Where the sides of a card, drawn out, meet: clockwise from the upper left one, centre (0, 0), x along its length. */
export const CARD_CORNERS_CM: Quad = [
  { x: -CARD_WIDTH_CM / 2, y: -CARD_HEIGHT_CM / 2 },
  { x: CARD_WIDTH_CM / 2, y: -CARD_HEIGHT_CM / 2 },
  { x: CARD_WIDTH_CM / 2, y: CARD_HEIGHT_CM / 2 },
  { x: -CARD_WIDTH_CM / 2, y: CARD_HEIGHT_CM / 2 },
];

/** Where a line `nx·x + ny·y = offset` lies; (nx, ny) has length 1. */
export interface Line {
  readonly nx: number;
  readonly ny: number;
  readonly offset: number;
}

/** null where the lines are parallel. */
export function intersection(a: Line, b: Line): PlanePoint | null {
  const determinant = a.nx * b.ny - a.ny * b.nx;
  if (Math.abs(determinant) < 1e-6) return null;
  return {
    x: (a.offset * b.ny - b.offset * a.ny) / determinant,
    y: (a.nx * b.offset - b.nx * a.offset) / determinant,
  };
}

/** Positive where the corners go clockwise as seen. */
export function quadArea(quad: Quad): number {
  return quad.reduce((sum, point, i) => sum + cross(point, quad[(i + 1) % 4]!), 0) / 2;
}

export function quadCentre(quad: Quad): PlanePoint {
  return {
    x: quad.reduce((sum, { x }) => sum + x / 4, 0),
    y: quad.reduce((sum, { y }) => sum + y / 4, 0),
  };
}

export function sideLengths(quad: Quad): [number, number, number, number] {
  const length = (i: number) => distance(quad[i]!, quad[(i + 1) % 4]!);
  return [length(0), length(1), length(2), length(3)];
}

export function distance(a: PlanePoint, b: PlanePoint): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Whether the corners turn clockwise everywhere. */
export function isConvex(quad: Quad): boolean {
  return quad.every((corner, i) => {
    const [next, after] = [quad[(i + 1) % 4]!, quad[(i + 2) % 4]!];
    return (
      cross({ x: next.x - corner.x, y: next.y - corner.y }, { x: after.x - next.x, y: after.y - next.y }) > 0
    );
  });
}

/** Whether a point lies within a convex quad that goes clockwise. */
export function isWithin(quad: Quad, point: PlanePoint): boolean {
  return quad.every((corner, i) => {
    const next = quad[(i + 1) % 4]!;
    return (
      cross(
        { x: next.x - corner.x, y: next.y - corner.y },
        { x: point.x - corner.x, y: point.y - corner.y },
      ) >= 0
    );
  });
}

/** The homography that takes the card (centimetres) to four corners. null where three of them are in a line. */
export function homographyTo(corners: Quad): Homography | null {
  const rows: number[][] = [];
  CARD_CORNERS_CM.forEach(({ x, y }, i) => {
    const { x: u, y: v } = corners[i]!;
    rows.push([x, y, 1, 0, 0, 0, -u * x, -u * y, u], [0, 0, 0, x, y, 1, -v * x, -v * y, v]);
  });
  const solution = solveLinear(rows);
  return solution === null ? null : Float64Array.of(...solution, 1);
}

export function project(h: Homography, { x, y }: PlanePoint): PlanePoint {
  const w = h[6]! * x + h[7]! * y + h[8]!;
  return { x: (h[0]! * x + h[1]! * y + h[2]!) / w, y: (h[3]! * x + h[4]! * y + h[5]!) / w };
}

/** Row-major 2×2: how a homography's result moves with x and y of a point. */
export function jacobianAt(h: Homography, point: PlanePoint): readonly [number, number, number, number] {
  const w = h[6]! * point.x + h[7]! * point.y + h[8]!;
  const { x: u, y: v } = project(h, point);
  return [(h[0]! - u * h[6]!) / w, (h[1]! - u * h[7]!) / w, (h[3]! - v * h[6]!) / w, (h[4]! - v * h[7]!) / w];
}

export function inverse(h: Homography): Homography {
  const [a, b, c, d, e, f, g, i, j] = h as unknown as readonly number[] as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const determinant = a * (e * j - f * i) - b * (d * j - f * g) + c * (d * i - e * g);
  return Float64Array.of(
    (e * j - f * i) / determinant,
    (c * i - b * j) / determinant,
    (b * f - c * e) / determinant,
    (f * g - d * j) / determinant,
    (a * j - c * g) / determinant,
    (c * d - a * f) / determinant,
    (d * i - e * g) / determinant,
    (b * g - a * i) / determinant,
    (a * e - b * d) / determinant,
  );
}

/** Solves n equations of n unknowns, each row the factors and then the right side. null where they do not decide. */
export function solveLinear(rows: readonly (readonly number[])[]): number[] | null {
  const work = rows.map((row) => [...row]);
  const n = work.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(work[row]![column]!) > Math.abs(work[pivot]![column]!)) pivot = row;
    }
    const lead = work[pivot]!;
    if (Math.abs(lead[column]!) < 1e-12) return null;
    [work[column], work[pivot]] = [lead, work[column]!];
    for (let row = 0; row < n; row++) {
      if (row === column) continue;
      const factor = work[row]![column]! / lead[column]!;
      if (factor === 0) continue;
      for (let at = column; at <= n; at++) work[row]![at] = work[row]![at]! - factor * lead[at]!;
    }
  }
  return work.map((row, i) => row[n]! / row[i]!);
}

function cross(a: PlanePoint, b: PlanePoint): number {
  return a.x * b.y - a.y * b.x;
}
