import {
  encloses,
  type Outline,
  type Shape,
} from '../../src/analysis/analyzers/face-contours/geometry/outline.ts';

/** Whether any area belongs to both: a line crosses another, or one shape lies within the other. */
export function shapesOverlap(a: Shape, b: Shape): boolean {
  const lines = (shape: Shape) => [shape.outer, ...shape.holes];
  if (lines(a).some((one) => lines(b).some((other) => outlinesCross(one, other)))) return true;
  return liesIn(a.outer, b) || liesIn(b.outer, a);
}

/** Whether the line runs through itself. */
export function crossesItself(outline: Outline): boolean {
  const count = outline.length / 2;
  for (let i = 0; i < count; i++) {
    for (let j = i + 2; j < count; j++) {
      if (i === 0 && j === count - 1) continue;
      if (segmentsCross(segmentOf(outline, i), segmentOf(outline, j))) return true;
    }
  }
  return false;
}

function liesIn(outline: Outline, { outer, holes }: Shape): boolean {
  const [x, y] = [outline[0]!, outline[1]!];
  return encloses(outer, x, y) && !holes.some((hole) => encloses(hole, x, y));
}

function outlinesCross(a: Outline, b: Outline): boolean {
  for (let i = 0; i < a.length / 2; i++) {
    const one = segmentOf(a, i);
    for (let j = 0; j < b.length / 2; j++) if (segmentsCross(one, segmentOf(b, j))) return true;
  }
  return false;
}

type Segment = readonly [x1: number, y1: number, x2: number, y2: number];

function segmentOf(outline: Outline, index: number): Segment {
  const next = ((index + 1) * 2) % outline.length;
  return [outline[index * 2]!, outline[index * 2 + 1]!, outline[next]!, outline[next + 1]!];
}

function segmentsCross(a: Segment, b: Segment): boolean {
  const side = ([x1, y1, x2, y2]: Segment, x: number, y: number) =>
    Math.sign((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1));
  return side(a, b[0], b[1]) * side(a, b[2], b[3]) < 0 && side(b, a[0], a[1]) * side(b, a[2], a[3]) < 0;
}
