import type { Outline } from './outline.ts';

/** Points that each stretch between two corners becomes. */
const STEPS = 5;

/**
 * A closed curve through the corners: centripetal Catmull-Rom, the one of its kind that makes neither loops nor cusps
 * between uneven corners (Yuksel, Schaefer and Keyser, "Parameterization and applications of Catmull–Rom curves", 2011).
 */
export function smoothOutline(corners: Outline): number[] {
  const count = corners.length / 2;
  const at = (i: number) => {
    const index = ((i + count) % count) * 2;
    return [corners[index]!, corners[index + 1]!] as const;
  };
  const curve: number[] = [];
  for (let i = 0; i < count; i++) {
    const points = [at(i - 1), at(i), at(i + 1), at(i + 2)] as const;
    const knots = knotsOf(points);
    for (let step = 0; step < STEPS; step++) {
      const t = knots[1] + ((knots[2] - knots[1]) * step) / STEPS;
      curve.push(between(points, knots, t, 0), between(points, knots, t, 1));
    }
  }
  return curve;
}

type Four<T> = readonly [T, T, T, T];

function knotsOf(points: Four<readonly [number, number]>): Four<number> {
  const gap = (from: readonly [number, number], to: readonly [number, number]) =>
    // Two corners in one place would divide by zero.
    Math.max(1e-6, Math.sqrt(Math.hypot(to[0] - from[0], to[1] - from[1])));
  const first = gap(points[0], points[1]);
  const second = first + gap(points[1], points[2]);
  return [0, first, second, second + gap(points[2], points[3])];
}

/** The pyramid of Barry and Goldman for one coordinate. */
function between(points: Four<readonly [number, number]>, k: Four<number>, t: number, axis: 0 | 1): number {
  const mix = (from: number, to: number, start: number, end: number) =>
    (from * (end - t) + to * (t - start)) / (end - start);
  const a1 = mix(points[0][axis], points[1][axis], k[0], k[1]);
  const a2 = mix(points[1][axis], points[2][axis], k[1], k[2]);
  const a3 = mix(points[2][axis], points[3][axis], k[2], k[3]);
  const b1 = mix(a1, a2, k[0], k[2]);
  const b2 = mix(a2, a3, k[1], k[3]);
  return mix(b1, b2, k[1], k[2]);
}
