import { LINEAR } from '../../../vision/colour.ts';
import type { RgbImage } from '../../../vision/types.ts';
import { LIGHT_FLOOR } from './separate-pigments.ts';

export interface LightSample {
  /** ln of red over blue: skin is warm, the white of the eye is not. */
  readonly warmth: number;
  /** Linear luminance, 0..1. */
  readonly light: number;
}

/** Bilinear; null outside of the picture. */
export function sampleLight(image: RgbImage, x: number, y: number): LightSample | null {
  const [x0, y0] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
  if (x0 < 0 || y0 < 0 || x0 + 1 >= image.width || y0 + 1 >= image.height) return null;
  const [fx, fy] = [x - 0.5 - x0, y - 0.5 - y0];
  let [red, green, blue] = [0, 0, 0];
  for (const [column, row, weight] of [
    [x0, y0, (1 - fx) * (1 - fy)],
    [x0 + 1, y0, fx * (1 - fy)],
    [x0, y0 + 1, (1 - fx) * fy],
    [x0 + 1, y0 + 1, fx * fy],
  ] as const) {
    const at = (row * image.width + column) * 3;
    red += weight * LINEAR[image.data[at]!]!;
    green += weight * LINEAR[image.data[at + 1]!]!;
    blue += weight * LINEAR[image.data[at + 2]!]!;
  }
  return {
    warmth: Math.log((red + LIGHT_FLOOR) / (blue + LIGHT_FLOOR)),
    light: 0.2126 * red + 0.7152 * green + 0.0722 * blue,
  };
}
