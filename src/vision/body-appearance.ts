import { edgesReached } from './body-extent.ts';
import { type BodyMask, confidenceAt, MASK_SIDE_PX, maskInImage } from './body-mask.ts';
import { LINEAR, labFromLinear, luminanceOf } from './colour.ts';
import { binOf, createLuminanceHistogram } from './luminance-histogram.ts';
import type { BodyAnalysis, Box, Lab, RgbImage } from './types.ts';

/** Of a mask in the picture's size. */
const PERSON = 128;
const SURELY_NOT_PERSON = 32;
/** What surrounds a body reaches this far beyond its box, as a share of the box. */
const SURROUND_SHARE = 0.25;
/** Rows and columns with less of the body show a stray pixel of the mask; in its pixels. */
const MIN_RUN = 1.6;
/** Enough for a median, however large the picture is. */
const MAX_SAMPLES = 20_000;
/** JPEG moves clipped values by a level or two. */
const CRUSHED = 2;
/** Of the coded value 247, as for faces (face-appearance.ts). */
const BLOWN_LUMINANCE = LINEAR[247]!;
/** From the silhouette's edge to where each side's colour is read, mask pixels: the model is sure of its edge to about two. */
const EDGE_DISTANCE = 3.5;
/** Both ways from that place, pixels of the picture: one pixel is noise. */
const PATCH_REACH_PX = 1;

export type BodyAppearance = Pick<
  BodyAnalysis,
  'box' | 'edgesReached' | 'backgroundContrast' | 'luminance' | 'surroundLuminance' | 'clippedShare'
>;

export interface BodyAppearanceReader {
  read(image: RgbImage, mask: BodyMask): BodyAppearance;
}

/** Pixel statistics of a body and its silhouette. Where nothing is seen around the body, its surroundings are as bright as it. */
export function createBodyAppearance(): BodyAppearanceReader {
  const body = createLuminanceHistogram();
  const around = createLuminanceHistogram();
  return {
    read(image, mask) {
      const { width, height } = image;
      const inImage = maskInImage(mask, width, height);
      const box = silhouetteBox(inImage, width, height, (MIN_RUN * mask.region.sizePx) / MASK_SIDE_PX);
      const clippedShare = countLuminances(image, inImage, box);
      const luminance = body.percentile(0.5);
      return {
        box,
        edgesReached: edgesReached(inImage, width, height),
        backgroundContrast: edgeContrast(image, mask),
        luminance,
        surroundLuminance: around.count() === 0 ? luminance : around.percentile(0.5),
        clippedShare,
      };
    },
  };

  /** Fills the histograms on a grid over the box and what surrounds it, and gives the clipped share of the body. */
  function countLuminances({ data, width, height }: RgbImage, inImage: Uint8Array, box: Box): number {
    body.clear();
    around.clear();
    const marginX = SURROUND_SHARE * box.width;
    const marginY = SURROUND_SHARE * box.height;
    const left = Math.max(0, Math.floor(box.x - marginX));
    const right = Math.min(width, Math.ceil(box.x + box.width + marginX));
    const top = Math.max(0, Math.floor(box.y - marginY));
    const bottom = Math.min(height, Math.ceil(box.y + box.height + marginY));
    const step = Math.max(1, Math.floor(Math.sqrt(((right - left) * (bottom - top)) / MAX_SAMPLES)));
    let pixels = 0;
    let clipped = 0;
    for (let y = top; y < bottom; y += step) {
      for (let x = left; x < right; x += step) {
        const at = y * width + x;
        const share = inImage[at]!;
        if (share < PERSON && share > SURELY_NOT_PERSON) continue;
        const [red, green, blue] = [data[at * 3]!, data[at * 3 + 1]!, data[at * 3 + 2]!];
        const luminance = luminanceOf(red, green, blue);
        (share < PERSON ? around : body).bins[binOf(luminance)]!++;
        if (share < PERSON) continue;
        pixels++;
        if (Math.max(red, green, blue) <= CRUSHED || luminance >= BLOWN_LUMINANCE) clipped++;
      }
    }
    return pixels === 0 ? 0 : clipped / pixels;
  }
}

/** Bounds of the silhouette, pixels; empty where there is none. */
function silhouetteBox(inImage: Uint8Array, width: number, height: number, minRunPx: number): Box {
  const rows = new Uint32Array(height);
  const columns = new Uint32Array(width);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (inImage[at]! < PERSON) continue;
      rows[y]!++;
      columns[x]!++;
    }
  }
  const isBody = (count: number) => count >= minRunPx;
  const [left, top] = [columns.findIndex(isBody), rows.findIndex(isBody)];
  if (left < 0 || top < 0) return { x: 0, y: 0, width: 0, height: 0 };
  const [right, bottom] = [columns.findLastIndex(isBody), rows.findLastIndex(isBody)];
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * ΔE (1976) across the silhouette's edge, median over it; 0 where no edge is seen. Each place of the edge is crossed
 * along the mask's slope. Where that leads through a finger, or to another part of the body, the place says nothing.
 */
function edgeContrast(image: RgbImage, mask: BodyMask): number {
  const { confidence, region } = mask;
  const scale = region.sizePx / MASK_SIDE_PX;
  const cos = Math.cos(region.rotationRad) * scale;
  const sin = Math.sin(region.rotationRad) * scale;
  /** From the middle of a mask pixel to the picture. */
  const place = (u: number, v: number) => {
    const du = u + 0.5 - MASK_SIDE_PX / 2;
    const dv = v + 0.5 - MASK_SIDE_PX / 2;
    return { x: region.centerX + du * cos - dv * sin, y: region.centerY + du * sin + dv * cos };
  };
  const differences: number[] = [];
  for (let v = 1; v < MASK_SIDE_PX - 1; v++) {
    for (let u = 1; u < MASK_SIDE_PX - 1; u++) {
      const at = v * MASK_SIDE_PX + u;
      const [left, right] = [confidence[at - 1]!, confidence[at + 1]!];
      const [above, below] = [confidence[at - MASK_SIDE_PX]!, confidence[at + MASK_SIDE_PX]!];
      if (confidence[at]! < 0.5 || Math.min(left, right, above, below) >= 0.5) continue;
      const slope = Math.hypot(right - left, below - above);
      if (slope === 0) continue;
      const [stepU, stepV] = [
        ((right - left) / slope) * EDGE_DISTANCE,
        ((below - above) / slope) * EDGE_DISTANCE,
      ];
      const inside = place(u + stepU, v + stepV);
      const outside = place(u - stepU, v - stepV);
      if (confidenceAt(mask, inside.x, inside.y) < 0.5 || confidenceAt(mask, outside.x, outside.y) >= 0.5)
        continue;
      const [own, other] = [patchColour(image, inside.x, inside.y), patchColour(image, outside.x, outside.y)];
      if (own !== null && other !== null)
        differences.push(Math.hypot(own.l - other.l, own.a - other.a, own.b - other.b));
    }
  }
  differences.sort((a, b) => a - b);
  return differences[Math.floor(differences.length / 2)] ?? 0;
}

/** Mean of a small patch; null where it is not whole in the picture. */
function patchColour({ data, width, height }: RgbImage, x: number, y: number): Lab | null {
  const [left, top] = [Math.floor(x) - PATCH_REACH_PX, Math.floor(y) - PATCH_REACH_PX];
  const side = 2 * PATCH_REACH_PX + 1;
  if (left < 0 || top < 0 || left + side > width || top + side > height) return null;
  const sums = [0, 0, 0] as [number, number, number];
  for (let row = top; row < top + side; row++) {
    for (let at = (row * width + left) * 3, end = at + side * 3; at < end; at += 3) {
      sums[0] += LINEAR[data[at]!]!;
      sums[1] += LINEAR[data[at + 1]!]!;
      sums[2] += LINEAR[data[at + 2]!]!;
    }
  }
  const count = side * side;
  return labFromLinear(sums[0] / count, sums[1] / count, sums[2] / count);
}
