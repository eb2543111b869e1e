import { encloses, type Outline } from './outline.ts';

/** Halvings of a piece of line to find the rim on it: a thousandth of its length is left. */
const HALVINGS = 10;

/**
 * What of a line's area lies within a rim, or outside of it. Where the line crosses the rim twice it follows the rim
 * between the two places; where more often, it goes straight. Both have points close to each other, as curves have.
 * @returns empty where nothing is left
 */
export function cutOutline(outline: Outline, rim: Outline, keep: 'inside' | 'outside'): number[] {
  const isKept = (x: number, y: number) => encloses(rim, x, y) === (keep === 'inside');
  const count = outline.length / 2;
  const kept = Array.from({ length: count }, (_, i) => isKept(outline[i * 2]!, outline[i * 2 + 1]!));
  const leaves = kept.flatMap((stays, i) => (stays && !kept[(i + 1) % count] ? [i] : []));
  if (leaves.length === 0) return kept[0] ? [...outline] : [];
  const cut: number[] = [];
  for (let i = 0; i < count; i++) {
    const next = (i + 1) % count;
    if (kept[i]) cut.push(outline[i * 2]!, outline[i * 2 + 1]!);
    if (kept[i] === kept[next]) continue;
    cut.push(...(kept[i] ? lastKept(outline, i, next, isKept) : lastKept(outline, next, i, isKept)));
    if (kept[i] && leaves.length === 1) cut.push(...alongRim(rim, outline, cut.slice(-2)));
  }
  return cut;
}

function lastKept(
  outline: Outline,
  kept: number,
  lost: number,
  isKept: (x: number, y: number) => boolean,
): [number, number] {
  let [x, y] = [outline[kept * 2]!, outline[kept * 2 + 1]!];
  let [lostX, lostY] = [outline[lost * 2]!, outline[lost * 2 + 1]!];
  for (let i = 0; i < HALVINGS; i++) {
    const [midX, midY] = [(x + lostX) / 2, (y + lostY) / 2];
    if (isKept(midX, midY)) [x, y] = [midX, midY];
    else [lostX, lostY] = [midX, midY];
  }
  return [x, y];
}

/** The rim's points within the outline, in the order of coming from `start`. */
function alongRim(rim: Outline, outline: Outline, [startX, startY]: readonly number[]): number[] {
  const count = rim.length / 2;
  const isWithin = (i: number) => encloses(outline, rim[(i % count) * 2]!, rim[(i % count) * 2 + 1]!);
  let first = 0;
  while (first < count && (!isWithin(first) || isWithin(first + count - 1))) first++;
  if (first === count) return [];
  const points: [number, number][] = [];
  for (let i = first; i < first + count && isWithin(i); i++) {
    points.push([rim[(i % count) * 2]!, rim[(i % count) * 2 + 1]!]);
  }
  const away = ([x, y]: [number, number]) => Math.hypot(x - startX!, y - startY!);
  if (away(points.at(-1)!) < away(points[0]!)) points.reverse();
  return points.flat();
}
