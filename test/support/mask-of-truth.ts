import { type BodyMask, MASK_PIXELS, MASK_SIDE_PX } from '../../src/vision/body-mask.ts';
import type { Region } from '../../src/vision/types.ts';

/** What a model without faults would give for a region: the true silhouette (255: the person) at each mask pixel's middle. */
export function maskOfTruth(truth: Uint8Array, width: number, height: number, region: Region): BodyMask {
  const confidence = new Float32Array(MASK_PIXELS);
  const scale = region.sizePx / MASK_SIDE_PX;
  const [cos, sin] = [Math.cos(region.rotationRad) * scale, Math.sin(region.rotationRad) * scale];
  for (let at = 0; at < MASK_PIXELS; at++) {
    const du = (at % MASK_SIDE_PX) + 0.5 - MASK_SIDE_PX / 2;
    const dv = Math.floor(at / MASK_SIDE_PX) + 0.5 - MASK_SIDE_PX / 2;
    const x = Math.floor(region.centerX + du * cos - dv * sin);
    const y = Math.floor(region.centerY + du * sin + dv * cos);
    if (x >= 0 && y >= 0 && x < width && y < height) confidence[at] = truth[y * width + x]! / 255;
  }
  return { confidence, region };
}
