import type { Region } from './types.ts';

export const MASK_SIDE_PX = 256;
export const MASK_PIXELS = MASK_SIDE_PX * MASK_SIDE_PX;

/** What of a region is the person. */
export interface BodyMask {
  /** 256 × 256 in the region's own axes, 0..1, row by row. */
  readonly confidence: Float32Array;
  readonly region: Region;
}

/** A mask of its own from the model's output, which holds until the next run only. */
export function readMask(logits: Float32Array, region: Region): BodyMask {
  const confidence = new Float32Array(MASK_PIXELS);
  for (let i = 0; i < MASK_PIXELS; i++) confidence[i] = 1 / (1 + Math.exp(-logits[i]!));
  return { confidence, region };
}

/** How surely a place of the image, in pixels, shows the person: of the mask's pixel that covers it, 0 outside of the region. */
export function confidenceAt({ confidence, region }: BodyMask, x: number, y: number): number {
  const scale = MASK_SIDE_PX / region.sizePx;
  const cos = Math.cos(region.rotationRad) * scale;
  const sin = Math.sin(region.rotationRad) * scale;
  const dx = x - region.centerX;
  const dy = y - region.centerY;
  const u = Math.floor(dx * cos + dy * sin + MASK_SIDE_PX / 2);
  const v = Math.floor(dy * cos - dx * sin + MASK_SIDE_PX / 2);
  return valueAt(confidence, u, v);
}

/**
 * The mask as the picture's own size: one byte a pixel, 255 where it is surely the person, 0 outside of the region.
 * Sampled bilinearly, pixel centres on pixel centres, as the region was.
 */
export function maskInImage({ confidence, region }: BodyMask, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height);
  const scale = MASK_SIDE_PX / region.sizePx;
  const cos = Math.cos(region.rotationRad) * scale;
  const sin = Math.sin(region.rotationRad) * scale;
  const reachPx =
    (region.sizePx / 2) * (Math.abs(Math.cos(region.rotationRad)) + Math.abs(Math.sin(region.rotationRad))) +
    1 / scale;
  const firstX = Math.max(0, Math.floor(region.centerX - reachPx));
  const endX = Math.min(width, Math.ceil(region.centerX + reachPx));
  const firstY = Math.max(0, Math.floor(region.centerY - reachPx));
  const endY = Math.min(height, Math.ceil(region.centerY + reachPx));
  for (let y = firstY; y < endY; y++) {
    const dy = y + 0.5 - region.centerY;
    for (let x = firstX; x < endX; x++) {
      const dx = x + 0.5 - region.centerX;
      const u = dx * cos + dy * sin + MASK_SIDE_PX / 2 - 0.5;
      const v = dy * cos - dx * sin + MASK_SIDE_PX / 2 - 0.5;
      out[y * width + x] = Math.round(255 * sample(confidence, u, v));
    }
  }
  return out;
}

/** Bilinear; nothing beyond the border. */
function sample(values: Float32Array, u: number, v: number): number {
  const left = Math.floor(u);
  const top = Math.floor(v);
  if (left < -1 || top < -1 || left >= MASK_SIDE_PX || top >= MASK_SIDE_PX) return 0;
  const fx = u - left;
  const fy = v - top;
  const upper = valueAt(values, left, top) * (1 - fx) + valueAt(values, left + 1, top) * fx;
  const lower = valueAt(values, left, top + 1) * (1 - fx) + valueAt(values, left + 1, top + 1) * fx;
  return upper * (1 - fy) + lower * fy;
}

function valueAt(values: Float32Array, x: number, y: number): number {
  return x >= 0 && y >= 0 && x < MASK_SIDE_PX && y < MASK_SIDE_PX ? values[y * MASK_SIDE_PX + x]! : 0;
}
