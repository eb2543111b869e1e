import { type Cv, withMats } from '../open-cv.ts';
import {
  distance,
  intersection,
  isConvex,
  type Line,
  type PlanePoint,
  type Quad,
  quadArea,
  sideLengths,
} from './card-geometry.ts';

/** A straight piece of an outline. */
interface Piece {
  readonly line: Line;
  readonly from: PlanePoint;
  readonly to: PlanePoint;
  readonly lengthPx: number;
}

/** How far an outline may leave a straight piece: of its length, and at least and at most. */
const TOLERANCE_SHARE = 0.012;
const MIN_TOLERANCE_PX = 1.2;
const MAX_TOLERANCE_PX = 3;
/** Of a piece, what is left out at each end: a rounded corner bends it there. */
const END_SHARE = 0.12;
/** Outlines that wander: the longest pieces are enough. */
const MAX_PIECES = 10;
const MAX_POINTS = 20_000;
const MAX_PARALLEL_ERROR = Math.sin((25 * Math.PI) / 180);
/** Least sine between neighbouring sides. */
const MIN_CORNER_SINE = Math.sin((50 * Math.PI) / 180);
const MAX_SIDE_RATIO = 3;
/** Of the quad's border, what pieces of the outline have to lie on: a hand may hide a corner. */
const MIN_COVERED = 0.5;

/**
 * Quads whose four sides lie on straight pieces of an outline, corners where the sides meet when drawn out. So rounded
 * corners, one that is hidden, and an outline that runs on over a hand, do no harm.
 * @param contour OpenCV's, all of its points
 */
export function contourQuads(cv: Cv, contour: InstanceType<Cv['Mat']>, minSidePx: number): Quad[] {
  if (contour.rows > MAX_POINTS) return [];
  const pieces = straightPieces(cv, contour, minSidePx / 2);
  const quads: Quad[] = [];
  const pairs: (readonly [Piece, Piece])[] = [];
  for (const [i, a] of pieces.entries()) {
    for (const b of pieces.slice(i + 1)) {
      const sine = a.line.nx * b.line.ny - a.line.ny * b.line.nx;
      const apart = Math.abs(
        a.line.offset - (a.line.nx * (b.from.x + b.to.x) + a.line.ny * (b.from.y + b.to.y)) / 2,
      );
      if (Math.abs(sine) < MAX_PARALLEL_ERROR && apart >= minSidePx) pairs.push([a, b]);
    }
  }
  for (const [i, pair] of pairs.entries()) {
    for (const other of pairs.slice(i + 1)) {
      const quad = quadOf(pair, other, minSidePx);
      if (quad !== null) quads.push(quad);
    }
  }
  return quads;
}

function quadOf(
  [a, c]: readonly [Piece, Piece],
  [b, d]: readonly [Piece, Piece],
  minSidePx: number,
): Quad | null {
  if (Math.abs(a.line.nx * b.line.ny - a.line.ny * b.line.nx) < MIN_CORNER_SINE) return null;
  const corners = [
    intersection(d.line, a.line),
    intersection(a.line, b.line),
    intersection(b.line, c.line),
    intersection(c.line, d.line),
  ];
  const [da, ab, bc, cd] = corners;
  if (!da || !ab || !bc || !cd) return null;
  const isClockwise = quadArea([da, ab, bc, cd]) > 0;
  const quad: Quad = isClockwise ? [da, ab, bc, cd] : [da, cd, bc, ab];
  const sides = sideLengths(quad);
  if (Math.min(...sides) < minSidePx || Math.max(...sides) > MAX_SIDE_RATIO * Math.min(...sides)) return null;
  if (!isConvex(quad)) return null;
  const covered = covering(a, da, ab) + covering(b, ab, bc) + covering(c, bc, cd) + covering(d, cd, da);
  return covered >= MIN_COVERED * sides.reduce((sum, side) => sum + side, 0) ? quad : null;
}

/** How much of a side a piece lies on, in pixels. */
function covering(piece: Piece, from: PlanePoint, to: PlanePoint): number {
  const length = distance(from, to);
  const along = ({ x, y }: PlanePoint) =>
    ((x - from.x) * (to.x - from.x) + (y - from.y) * (to.y - from.y)) / length;
  const [first, second] = [along(piece.from), along(piece.to)];
  return Math.max(0, Math.min(length, Math.max(first, second)) - Math.max(0, Math.min(first, second)));
}

function straightPieces(cv: Cv, contour: InstanceType<Cv['Mat']>, minLengthPx: number): Piece[] {
  const points = contour.data32S;
  const count = contour.rows;
  const tolerance = Math.min(MAX_TOLERANCE_PX, Math.max(MIN_TOLERANCE_PX, TOLERANCE_SHARE * count));
  const vertices = withMats((keep) => {
    const polygon = keep(new cv.Mat());
    cv.approxPolyDP(contour, polygon, tolerance, true);
    return Int32Array.from(polygon.data32S);
  });
  const starts = indicesOf(points, count, vertices);
  const pieces: Piece[] = [];
  for (const [i, start] of starts.entries()) {
    const end = starts[(i + 1) % starts.length]!;
    const steps = (end - start + count) % count || count;
    if (steps < minLengthPx) continue;
    const piece = fitPiece(points, count, start, steps);
    if (piece !== null && piece.lengthPx >= minLengthPx) pieces.push(piece);
  }
  return pieces.sort((a, b) => b.lengthPx - a.lengthPx).slice(0, MAX_PIECES);
}

/** Where the polygon's corners are in the outline, which passes them in the same order. */
function indicesOf(points: Int32Array, count: number, vertices: Int32Array): number[] {
  const indices: number[] = [];
  const isAt = (index: number, v: number) =>
    points[index * 2] === vertices[v] && points[index * 2 + 1] === vertices[v + 1];
  let index = 0;
  for (let v = 0; v < vertices.length; v += 2) {
    for (let steps = 0; steps < count && !isAt(index, v); steps++) index = (index + 1) % count;
    indices.push(index);
  }
  return indices;
}

/** Least squares over the piece without its ends. */
function fitPiece(points: Int32Array, count: number, start: number, steps: number): Piece | null {
  const skip = Math.floor(steps * END_SHARE);
  let [n, sx, sy, sxx, sxy, syy] = [0, 0, 0, 0, 0, 0];
  const originX = points[start * 2]!;
  const originY = points[start * 2 + 1]!;
  for (let step = skip; step <= steps - skip; step++) {
    const at = ((start + step) % count) * 2;
    const [x, y] = [points[at]! - originX, points[at + 1]! - originY];
    n++;
    sx += x;
    sy += y;
    sxx += x * x;
    sxy += x * y;
    syy += y * y;
  }
  if (n < 3) return null;
  const [mx, my] = [sx / n, sy / n];
  const angle = Math.atan2(2 * (sxy - n * mx * my), sxx - n * mx * mx - (syy - n * my * my)) / 2;
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
  const line: Line = {
    nx: -dy,
    ny: dx,
    offset: -dy * (mx + originX) + dx * (my + originY),
  };
  const at = (index: number): PlanePoint => ({
    x: points[(index % count) * 2]!,
    y: points[(index % count) * 2 + 1]!,
  });
  const [from, to] = [at(start), at(start + steps)];
  return { line, from, to, lengthPx: distance(from, to) };
}
