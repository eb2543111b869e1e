import { labFromSrgb } from '../../../../vision/colour.ts';
import { isInside } from '../../../../vision/skin-regions.ts';
import type { Box, Lab, RgbImage } from '../../../../vision/types.ts';

/** What the pixels of an outlined area say. */
export interface RegionColour {
  /** Bounds of the outline, clipped to the image; whole pixels. */
  readonly box: Box;
  /** Pixels inside of the outline and the image that were looked at. */
  readonly samples: number;
  /** Share of them with a channel at the end of its range: highlights, and shade that has gone black. */
  readonly clippedShare: number;
  /** Median colour of the others; null where there are too few. */
  readonly lab: Lab | null;
  /** Median distance of their lightness from its median: texture, hair or a shadow's edge. */
  readonly lightnessSpread: number;
  /** L*, a* and b* of each pixel that counts, for statistics over several regions. */
  readonly pixels: { readonly l: Float32Array; readonly a: Float32Array; readonly b: Float32Array };
}

/** Enough for medians to a tenth of a unit; a large still is walked in steps. */
const MAX_SAMPLES = 20_000;
const MIN_SAMPLES = 40;
const BLOWN = 253;
const CRUSHED = 2;

/** @param outline x, y pairs in pixels */
export function readRegionColour(image: RgbImage, outline: Float32Array): RegionColour {
  const box = boundsWithin(outline, image);
  const step = Math.max(1, Math.ceil(Math.sqrt((box.width * box.height) / MAX_SAMPLES)));
  const capacity = Math.ceil(box.width / step) * Math.ceil(box.height / step);
  const l = new Float32Array(capacity);
  const a = new Float32Array(capacity);
  const b = new Float32Array(capacity);
  let samples = 0;
  let kept = 0;
  for (let y = box.y; y < box.y + box.height; y += step) {
    for (let x = box.x; x < box.x + box.width; x += step) {
      if (!isInside(outline, x + 0.5, y + 0.5)) continue;
      samples++;
      const at = (y * image.width + x) * 3;
      const red = image.data[at]!;
      const green = image.data[at + 1]!;
      const blue = image.data[at + 2]!;
      const most = Math.max(red, green, blue);
      if (most >= BLOWN || most <= CRUSHED) continue;
      const lab = labFromSrgb(red, green, blue);
      l[kept] = lab.l;
      a[kept] = lab.a;
      b[kept] = lab.b;
      kept++;
    }
  }
  const pixels = { l: l.subarray(0, kept), a: a.subarray(0, kept), b: b.subarray(0, kept) };
  const lab = kept < MIN_SAMPLES ? null : medianLab(pixels);
  return {
    box,
    samples,
    clippedShare: samples === 0 ? 0 : (samples - kept) / samples,
    lab,
    lightnessSpread: lab === null ? 0 : median(pixels.l.map((value) => Math.abs(value - lab.l))),
    pixels,
  };
}

/** Median per channel; the arrays are left as they are. */
export function medianLab(pixels: { l: Float32Array; a: Float32Array; b: Float32Array }): Lab {
  return { l: median(pixels.l), a: median(pixels.a), b: median(pixels.b) };
}

function median(values: Float32Array): number {
  if (values.length === 0) return 0;
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function boundsWithin(outline: Float32Array, { width, height }: RgbImage): Box {
  const xs = outline.filter((_, i) => i % 2 === 0);
  const ys = outline.filter((_, i) => i % 2 === 1);
  const left = clamp(Math.floor(Math.min(...xs)), width);
  const top = clamp(Math.floor(Math.min(...ys)), height);
  const right = clamp(Math.ceil(Math.max(...xs)), width);
  const bottom = clamp(Math.ceil(Math.max(...ys)), height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function clamp(value: number, end: number): number {
  return Math.min(end, Math.max(0, value));
}
