import { encloses, type Outline } from './outline.ts';

/** The same line with each point that lies outside of `rim` moved to the nearest place on it. */
export function keepInside(outline: Outline, rim: Outline): number[] {
  const kept: number[] = [];
  for (let i = 0; i < outline.length; i += 2) {
    const [x, y] = [outline[i]!, outline[i + 1]!];
    kept.push(...(encloses(rim, x, y) ? [x, y] : nearestOn(rim, x, y)));
  }
  return kept;
}

function nearestOn(rim: Outline, x: number, y: number): [number, number] {
  let nearest: [number, number] = [x, y];
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0, j = rim.length - 2; i < rim.length; j = i, i += 2) {
    const [fromX, fromY] = [rim[j]!, rim[j + 1]!];
    const [alongX, alongY] = [rim[i]! - fromX, rim[i + 1]! - fromY];
    const squared = alongX ** 2 + alongY ** 2;
    const share = squared === 0 ? 0 : ((x - fromX) * alongX + (y - fromY) * alongY) / squared;
    const t = Math.min(1, Math.max(0, share));
    const at: [number, number] = [fromX + t * alongX, fromY + t * alongY];
    const away = (at[0] - x) ** 2 + (at[1] - y) ** 2;
    if (away < least) [nearest, least] = [at, away];
  }
  return nearest;
}
