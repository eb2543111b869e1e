import { toSurface } from './resample-face.ts';
import type { SkinSurface } from './skin-surface.ts';

export interface Fold {
  /** By how much the fold is darker than the skin at both sides of it, ln of light; 0 where it is not; null where it cannot be seen. */
  readonly depth: number | null;
  /** Pixels of the surface that lie in it. */
  readonly pixels: readonly number[];
}

/** Half the way from side to side, and how far a fold may lie from where the mesh puts it. */
const REACH_MM = 4;
const SEARCH_MM = 2.5;
/** Of a profile's samples that have to be readable. */
const LEAST_SHARE = 0.5;

/**
 * The depth of a fold along a line of landmarks: its mean profile across, in what shading alone leaves of the picture.
 * A fold is darkest in its middle, whatever pigment lies over it.
 */
export function measureFold(surface: SkinSurface, line: readonly number[]): Fold {
  const { placement, face, width, height, readable, shading, pxPerMm } = surface;
  const points = line.map((index) =>
    toSurface(placement, face.landmarks[index * 3]!, face.landmarks[index * 3 + 1]!),
  );
  const half = Math.round((REACH_MM + SEARCH_MM) * pxPerMm);
  const sums = new Float32Array(2 * half + 1);
  const counts = new Uint32Array(2 * half + 1);
  let steps = 0;
  const middles: { x: number; y: number; nx: number; ny: number }[] = [];
  for (let s = 0; s + 1 < points.length; s++) {
    const [from, to] = [points[s]!, points[s + 1]!];
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const [nx, ny] = [-(to.y - from.y) / length, (to.x - from.x) / length];
    for (let along = 0; along < length; along++) {
      const x = from.x + ((to.x - from.x) * along) / length;
      const y = from.y + ((to.y - from.y) * along) / length;
      steps++;
      middles.push({ x, y, nx, ny });
      for (let offset = -half; offset <= half; offset++) {
        const at = indexAt(x + nx * offset, y + ny * offset);
        if (at === null || readable[at] === 0) continue;
        sums[offset + half] = sums[offset + half]! + shading[at]!;
        counts[offset + half] = counts[offset + half]! + 1;
      }
    }
  }
  const profile = smoothed(
    [...sums].map((sum, i) => (counts[i]! < LEAST_SHARE * steps ? Number.NaN : sum / counts[i]!)),
  );
  const [reach, search] = [Math.round(REACH_MM * pxPerMm), Math.round(SEARCH_MM * pxPerMm)];
  let depth: number | null = null;
  let place = 0;
  for (let offset = -search; offset <= search; offset++) {
    const i = offset + half;
    const found = (profile[i - reach]! + profile[i + reach]!) / 2 - profile[i]!;
    if (Number.isFinite(found) && (depth === null || found > depth))
      [depth, place] = [Math.max(0, found), offset];
  }
  const pixels = new Set<number>();
  for (const { x, y, nx, ny } of middles) {
    for (let offset = place - 2; offset <= place + 2; offset++) {
      const at = indexAt(x + nx * offset, y + ny * offset);
      if (at !== null) pixels.add(at);
    }
  }
  return { depth, pixels: depth === null ? [] : [...pixels] };

  function indexAt(x: number, y: number): number | null {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    return column < 0 || row < 0 || column >= width || row >= height ? null : row * width + column;
  }
}

/** A mean of three, which leaves out what is not known. */
function smoothed(profile: readonly number[]): number[] {
  return profile.map((_, i) => {
    const known = profile.slice(Math.max(0, i - 1), i + 2).filter(Number.isFinite);
    return known.length < 2 ? Number.NaN : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}
