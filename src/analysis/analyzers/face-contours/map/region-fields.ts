import { type Cv, withMats } from '../../../../vision/open-cv.ts';
import type { LabelMap } from './label-map.ts';

/** A region's claim on each pixel around it: above 0 the pixel is the region's. */
export interface RegionField {
  readonly label: number;
  /** Of the field's first pixel in the map. The field has one row and column more than the region may reach. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly claims: Int16Array;
}

interface Blurred {
  readonly index: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** 0..255: how much of a pixel's surroundings is the region. */
  readonly share: Uint8Array;
}

/** Of the blur, in pixels of the map: for its longer side, and at least and at most. */
const SIGMA_SHARE = 0.0015;
const MIN_SIGMA_PX = 1.2;
const MAX_SIGMA_PX = 3;
const REACH_SIGMAS = 3;
/** Between the lines of two regions that meet. Simplifying them takes less than half of it on each side. */
const GAP_PX = 0.6;

/**
 * Blurs each region's mask and gives every pixel to the region with the greatest share of it, where that is more than
 * the background's and more than any other's by a margin. So corners are rounded and edges lie between pixels, and no
 * pixel has two owners. Regions with fewer than `minArea` pixels claim nothing.
 */
export function claimPixels(cv: Cv, map: LabelMap, minArea: number): RegionField[] {
  const sigma = Math.min(MAX_SIGMA_PX, Math.max(MIN_SIGMA_PX, SIGMA_SHARE * Math.max(map.width, map.height)));
  // The steepest that the difference of two shares can be, times half of the gap.
  const margin = Math.round((GAP_PX / 2) * ((2 * 255) / (sigma * Math.sqrt(2 * Math.PI))));
  const regions = boxesOf(map, minArea).map((box) => blurred(cv, map, box, sigma));
  const { best, second, sum } = rivals(map, regions);
  return regions.map((region) => {
    const { left, top, width, height, share } = region;
    // One pixel more all around, where nothing is the region's, so that every outline closes.
    const [outerWidth, outerHeight] = [width + 2, height + 2];
    const claims = new Int16Array(outerWidth * outerHeight).fill(-255);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = (top + y) * map.width + left + x;
        const own = share[y * width + x]!;
        const rival = own === best[at] ? second[at]! : best[at]!;
        const background = 255 - sum[at]!;
        const overRival = rival === 0 ? 255 : own - rival - margin;
        claims[(y + 1) * outerWidth + x + 1] = Math.min(own - background, overRival);
      }
    }
    closeAtBorders(claims, region, map);
    return {
      label: map.labels[region.index]!,
      left: left - 1,
      top: top - 1,
      width: outerWidth,
      height: outerHeight,
      claims,
    };
  });
}

type RegionBox = Omit<Blurred, 'share'>;

function boxesOf(map: LabelMap, minArea: number): RegionBox[] {
  const count = map.labels.length;
  const [lefts, tops] = [new Int32Array(count).fill(map.width), new Int32Array(count).fill(map.height)];
  const [rights, bottoms] = [new Int32Array(count).fill(-1), new Int32Array(count).fill(-1)];
  const areas = new Int32Array(count);
  for (let y = 0, at = 0; y < map.height; y++) {
    for (let x = 0; x < map.width; x++, at++) {
      const index = map.indices[at]!;
      if (index === 0) continue;
      areas[index]!++;
      if (x < lefts[index]!) lefts[index] = x;
      if (x > rights[index]!) rights[index] = x;
      if (y < tops[index]!) tops[index] = y;
      bottoms[index] = y;
    }
  }
  const boxes: RegionBox[] = [];
  for (let index = 1; index < count; index++) {
    if (areas[index]! < minArea || map.labels[index] === 0) continue;
    const [left, top] = [lefts[index]!, tops[index]!];
    boxes.push({ index, left, top, width: rights[index]! - left + 1, height: bottoms[index]! - top + 1 });
  }
  return boxes;
}

function blurred(cv: Cv, map: LabelMap, box: RegionBox, sigma: number): Blurred {
  const reach = Math.ceil(REACH_SIGMAS * sigma);
  const left = Math.max(0, box.left - reach);
  const top = Math.max(0, box.top - reach);
  const width = Math.min(map.width, box.left + box.width + reach) - left;
  const height = Math.min(map.height, box.top + box.height + reach) - top;
  const share = withMats((keep) => {
    const mask = keep(new cv.Mat(height, width, cv.CV_8UC1));
    const soft = keep(new cv.Mat());
    const pixels = mask.data;
    for (let y = 0; y < height; y++) {
      const from = (top + y) * map.width + left;
      for (let x = 0; x < width; x++) pixels[y * width + x] = map.indices[from + x] === box.index ? 255 : 0;
    }
    // The same beyond the map's border: a region that is cut off there ends there and is not rounded.
    cv.GaussianBlur(mask, soft, new cv.Size(0, 0), sigma, sigma, cv.BORDER_REPLICATE);
    return Uint8Array.from(soft.data);
  });
  return { index: box.index, left, top, width, height, share };
}

/** Of each pixel the two greatest shares and the sum of all. */
function rivals(map: LabelMap, regions: readonly Blurred[]) {
  const best = new Uint8Array(map.width * map.height);
  const second = new Uint8Array(best.length);
  const sum = new Uint8Array(best.length);
  for (const { left, top, width, height, share } of regions) {
    for (let y = 0; y < height; y++) {
      let at = (top + y) * map.width + left;
      for (let x = 0; x < width; x++, at++) {
        const own = share[y * width + x]!;
        if (own === 0) continue;
        sum[at] = Math.min(255, sum[at]! + own);
        if (own > best[at]!) {
          second[at] = best[at]!;
          best[at] = own;
        } else if (own > second[at]!) second[at] = own;
      }
    }
  }
  return { best, second, sum };
}

/** At the map's own border a region ends where the last pixel ends. */
function closeAtBorders(claims: Int16Array, { left, top, width, height }: RegionBox, map: LabelMap): void {
  const stride = width + 2;
  const mirror = (to: number, from: number) => {
    claims[to] = -Math.abs(claims[from]!) || -1;
  };
  for (let y = 1; y <= height; y++) {
    if (left === 0) mirror(y * stride, y * stride + 1);
    if (left + width === map.width) mirror(y * stride + width + 1, y * stride + width);
  }
  for (let x = 1; x <= width; x++) {
    if (top === 0) mirror(x, stride + x);
    if (top + height === map.height) mirror((height + 1) * stride + x, height * stride + x);
  }
}
