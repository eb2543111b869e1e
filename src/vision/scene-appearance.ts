import { luminanceOf } from './colour.ts';
import { binOf, createLuminanceHistogram } from './luminance-histogram.ts';
import type { RgbImage, SceneAppearance } from './types.ts';

const COLUMNS = 36;
const ROWS = 27;

/** Luminance of the whole picture from a regular grid of its pixels. */
export function readSceneAppearance({ data, width, height }: RgbImage): SceneAppearance {
  const histogram = createLuminanceHistogram();
  const { bins } = histogram;
  for (let row = 0; row < ROWS; row++) {
    const y = Math.floor(((row + 0.5) * height) / ROWS);
    for (let column = 0; column < COLUMNS; column++) {
      const p = (y * width + Math.floor(((column + 0.5) * width) / COLUMNS)) * 3;
      bins[binOf(luminanceOf(data[p]!, data[p + 1]!, data[p + 2]!))]!++;
    }
  }
  return {
    luminanceMean: histogram.meanBetween(0, 1),
    luminanceP05: histogram.percentile(0.05),
    luminanceP95: histogram.percentile(0.95),
  };
}
