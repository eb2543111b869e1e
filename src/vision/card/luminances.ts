import { luminanceOf } from '../colour.ts';
import type { RgbImage } from '../types.ts';

/** Linear luminance of each pixel, 0..1: edges are looked at many times over. */
export interface Luminances {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

export function luminancesOf({ data, width, height }: RgbImage): Luminances {
  const values = new Float32Array(width * height);
  for (let at = 0, from = 0; at < values.length; at++, from += 3) {
    values[at] = luminanceOf(data[from]!, data[from + 1]!, data[from + 2]!);
  }
  return { values, width, height };
}

/** At a place between pixels; edges repeated. */
export function luminanceAt({ values, width, height }: Luminances, x: number, y: number): number {
  const column = Math.min(width - 1.001, Math.max(0, x - 0.5));
  const row = Math.min(height - 1.001, Math.max(0, y - 0.5));
  const left = column | 0;
  const top = row | 0;
  const fx = column - left;
  const fy = row - top;
  const at = top * width + left;
  const below = at + width;
  return (
    (values[at]! * (1 - fx) + values[at + 1]! * fx) * (1 - fy) +
    (values[below]! * (1 - fx) + values[below + 1]! * fx) * fy
  );
}
