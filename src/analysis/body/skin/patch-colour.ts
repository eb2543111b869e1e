import { BLUE_WEIGHT, GREEN_WEIGHT, LINEAR, RED_WEIGHT } from '../../../vision/colour.ts';
import { isInside } from '../../../vision/skin-regions.ts';
import type { RgbImage } from '../../../vision/types.ts';

export type Linear = readonly [red: number, green: number, blue: number];

/** What an outlined patch shows. */
export interface PatchColour {
  /** Median by channel of what is neither clipped, nor shine, nor shade; linear, 0..1. */
  readonly linear: Linear;
  /** Pixels that the medians are of. */
  readonly pixels: number;
  /** Half the spread of luminance from quarter to three quarters, as a share of the median: texture, hair, an edge. */
  readonly spread: number;
}

const BLOWN = 253;
const CRUSHED = 2;
/** A patch that is clipped more than this says little of what lies beneath. */
const MAX_CLIPPED_SHARE = 0.4;
/** Of the luminances, from the darkest: below are hair and creases, above is shine. */
const KEPT = [0.15, 0.85] as const;
/** Enough for a median to a hundredth; a large picture is walked in steps. */
const MAX_SAMPLES = 12_000;
/** Of a mask's byte, that the pixel is the person. */
const PERSON = 128;

/**
 * The colour of the middle of an outlined patch. null where fewer than `minPixels` are left, or too much is clipped.
 * @param outline x, y pairs in pixels
 * @param mask one byte a pixel, 255 surely the person; null where it is not known
 */
export function readPatchColour(
  image: RgbImage,
  outline: Float32Array,
  mask: Uint8Array | null,
  minPixels: number,
): PatchColour | null {
  const { pixels, clipped } = pixelsWithin(image, outline, mask);
  if (clipped > MAX_CLIPPED_SHARE * (clipped + pixels.length)) return null;
  const byLuminance = pixels
    .map((pixel) => ({ pixel, luminance: luminanceOf(pixel) }))
    .sort((a, b) => a.luminance - b.luminance);
  const at = (share: number) => byLuminance[Math.floor(share * (byLuminance.length - 1))]?.luminance ?? 0;
  const kept = byLuminance
    .slice(Math.floor(KEPT[0] * byLuminance.length), Math.ceil(KEPT[1] * byLuminance.length))
    .map(({ pixel }) => pixel);
  if (kept.length < minPixels) return null;
  return {
    linear: [medianOf(kept, 0), medianOf(kept, 1), medianOf(kept, 2)],
    pixels: kept.length,
    spread: (at(0.75) - at(0.25)) / 2 / Math.max(at(0.5), 1e-4),
  };
}

/** Patches of one surface as one: each counts the same, so that the one with most pixels does not decide. null for none. */
export function meanColour(patches: readonly PatchColour[]): PatchColour | null {
  if (patches.length === 0) return null;
  const mean = (read: (patch: PatchColour) => number) =>
    patches.reduce((sum, patch) => sum + read(patch) / patches.length, 0);
  return {
    linear: [
      mean(({ linear }) => linear[0]),
      mean(({ linear }) => linear[1]),
      mean(({ linear }) => linear[2]),
    ],
    pixels: patches.reduce((sum, { pixels }) => sum + pixels, 0),
    spread: Math.max(...patches.map(({ spread }) => spread)),
  };
}

export function luminanceOf([red, green, blue]: Linear): number {
  return RED_WEIGHT * red + GREEN_WEIGHT * green + BLUE_WEIGHT * blue;
}

function pixelsWithin(
  { data, width, height }: RgbImage,
  outline: Float32Array,
  mask: Uint8Array | null,
): { readonly pixels: Linear[]; readonly clipped: number } {
  const xs = outline.filter((_, i) => i % 2 === 0);
  const ys = outline.filter((_, i) => i % 2 === 1);
  const [left, right] = [
    Math.max(0, Math.floor(Math.min(...xs))),
    Math.min(width, Math.ceil(Math.max(...xs))),
  ];
  const [top, bottom] = [
    Math.max(0, Math.floor(Math.min(...ys))),
    Math.min(height, Math.ceil(Math.max(...ys))),
  ];
  const area = Math.max(0, right - left) * Math.max(0, bottom - top);
  const step = Math.max(1, Math.ceil(Math.sqrt(area / MAX_SAMPLES)));
  const pixels: Linear[] = [];
  let clipped = 0;
  for (let y = top; y < bottom; y += step) {
    for (let x = left; x < right; x += step) {
      if (!isInside(outline, x + 0.5, y + 0.5)) continue;
      if (mask !== null && mask[y * width + x]! < PERSON) continue;
      const from = (y * width + x) * 3;
      const [red, green, blue] = [data[from]!, data[from + 1]!, data[from + 2]!];
      const most = Math.max(red, green, blue);
      if (most >= BLOWN || most <= CRUSHED) clipped++;
      else pixels.push([LINEAR[red]!, LINEAR[green]!, LINEAR[blue]!]);
    }
  }
  return { pixels, clipped };
}

function medianOf(pixels: readonly Linear[], channel: 0 | 1 | 2): number {
  const values = Float32Array.from(pixels, (pixel) => pixel[channel]).sort();
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
}
