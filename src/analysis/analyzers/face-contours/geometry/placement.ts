import type { Outline } from './outline.ts';

/** x' = a·x + c·y + e, y' = b·x + d·y + f: the order of SVG's matrix(). */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** From the picture as it came to the turned, cropped one. */
export interface Placement {
  readonly matrix: Matrix;
  /** Of the cropped picture, whole pixels. */
  readonly width: number;
  readonly height: number;
}

/** Turns clockwise as seen (y down) about a point that stays where it is. */
export function turnAbout({ x, y }: Point, degrees: number): Matrix {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y];
}

export function placed(outline: Outline, [a, b, c, d, e, f]: Matrix): number[] {
  const moved: number[] = [];
  for (let i = 0; i < outline.length; i += 2) {
    const [x, y] = [outline[i]!, outline[i + 1]!];
    moved.push(a * x + c * y + e, b * x + d * y + f);
  }
  return moved;
}

/** What of the picture is shown around the outlines, of their longer side. */
const MARGIN_SHARE = 0.05;

/** Crops to the outlines after the turn, with a margin. */
export function cropAround(outlines: readonly Outline[], turn: Matrix): Placement {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const outline of outlines) {
    const moved = placed(outline, turn);
    for (let i = 0; i < moved.length; i += 2) {
      left = Math.min(left, moved[i]!);
      right = Math.max(right, moved[i]!);
      top = Math.min(top, moved[i + 1]!);
      bottom = Math.max(bottom, moved[i + 1]!);
    }
  }
  const margin = MARGIN_SHARE * Math.max(right - left, bottom - top);
  const x = Math.floor(left - margin);
  const y = Math.floor(top - margin);
  const [a, b, c, d, e, f] = turn;
  return {
    matrix: [a, b, c, d, e - x, f - y],
    width: Math.ceil(right + margin) - x,
    height: Math.ceil(bottom + margin) - y,
  };
}
