/** A closed line: x, y pairs in order, the last joined to the first. Pixels, y down; pixel (0, 0) reaches from 0 to 1. */
export type Outline = readonly number[];

/** A part of a region: what its outer line encloses, without its holes. */
export interface Shape {
  readonly outer: Outline;
  readonly holes: readonly Outline[];
}

/** Positive where the line runs clockwise as seen (y down). Square pixels. */
export function signedArea(outline: Outline): number {
  let twice = 0;
  for (let i = 0, j = outline.length - 2; i < outline.length; j = i, i += 2) {
    twice += outline[j]! * outline[i + 1]! - outline[i]! * outline[j + 1]!;
  }
  return twice / 2;
}

export function perimeterOf(outline: Outline): number {
  let length = 0;
  for (let i = 0, j = outline.length - 2; i < outline.length; j = i, i += 2) {
    length += Math.hypot(outline[i]! - outline[j]!, outline[i + 1]! - outline[j + 1]!);
  }
  return length;
}

export function shapeArea({ outer, holes }: Shape): number {
  return Math.abs(signedArea(outer)) - holes.reduce((sum, hole) => sum + Math.abs(signedArea(hole)), 0);
}

/** Whether a point lies inside (even-odd rule). */
export function encloses(outline: Outline, x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = outline.length - 2; i < outline.length; j = i, i += 2) {
    const [xi, yi, xj, yj] = [outline[i]!, outline[i + 1]!, outline[j]!, outline[j + 1]!];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** As JSON has it, to a hundredth of a pixel. */
export function pointsOf(outline: Outline): [number, number][] {
  const points: [number, number][] = [];
  for (let i = 0; i < outline.length; i += 2)
    points.push([hundredths(outline[i]!), hundredths(outline[i + 1]!)]);
  return points;
}

export function hundredths(value: number): number {
  // + 0 makes a plain zero of -0.
  return Math.round(value * 100) / 100 + 0;
}
