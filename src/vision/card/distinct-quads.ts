import { type Quad, quadCentre, sideLengths } from './card-geometry.ts';

/** Candidates that agree this well are one; pixels, and of the longer side. */
const SAME_PX = 3;
const SAME_SHARE = 0.03;
/** Side of the squares in which alike quads are looked up, above the distance of two that agree. */
const CELL_PX = 32;

interface Group {
  readonly quad: Quad;
  votes: number;
}

/**
 * One of each group of quads that lie nearly the same, those first that came most often: a card is cut out by many
 * thresholds, a chance shape by few. At most `most` of them, so that a chequered shirt takes no longer than others.
 */
export function distinctQuads(quads: readonly Quad[], most: number): Quad[] {
  const cells = new Map<string, Group[]>();
  const groups: Group[] = [];
  for (const quad of quads) {
    const centre = quadCentre(quad);
    const [column, row] = [Math.floor(centre.x / CELL_PX), Math.floor(centre.y / CELL_PX)];
    const closePx = Math.max(SAME_PX, SAME_SHARE * Math.max(...sideLengths(quad)));
    const known = neighbours(cells, column, row).find((group) => isSame(quad, group.quad, closePx));
    if (known !== undefined) {
      known.votes++;
      continue;
    }
    const group = { quad, votes: 1 };
    groups.push(group);
    const key = `${column},${row}`;
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, [group]);
    else cell.push(group);
  }
  return groups
    .sort((a, b) => b.votes - a.votes)
    .slice(0, most)
    .map(({ quad }) => quad);
}

function neighbours(cells: ReadonlyMap<string, Group[]>, column: number, row: number): Group[] {
  return [-1, 0, 1].flatMap((dx) =>
    [-1, 0, 1].flatMap((dy) => cells.get(`${column + dx},${row + dy}`) ?? []),
  );
}

function isSame(a: Quad, b: Quad, closePx: number): boolean {
  return a.every((corner) => b.some(({ x, y }) => Math.hypot(corner.x - x, corner.y - y) < closePx));
}
