import { readFile } from 'node:fs/promises';
import { DEFAULT_DECODE_LIMITS, decodeImage } from '../../src/vision/decode-image.ts';
import type { Box, RgbImage } from '../../src/vision/types.ts';

/** MediaPipe's picture of one person, 1000 × 667: whole, arms and legs apart, on a beach. */
export async function readPosePicture(folder: string): Promise<RgbImage> {
  return decodeImage(await readFile(`${folder}/pose.jpg`), DEFAULT_DECODE_LIMITS);
}

/** Whole pixels only. */
export function cropped({ data, width }: RgbImage, box: Box): RgbImage {
  const out = new Uint8Array(box.width * box.height * 3);
  for (let row = 0; row < box.height; row++) {
    const from = ((box.y + row) * width + box.x) * 3;
    out.set(data.subarray(from, from + box.width * 3), row * box.width * 3);
  }
  return { data: out, width: box.width, height: box.height };
}

/** Every `factor`-th pixel, which is sharp enough to be found by. */
export function reduced({ data, width, height }: RgbImage, factor: number): RgbImage {
  const [outWidth, outHeight] = [Math.floor(width / factor), Math.floor(height / factor)];
  const out = new Uint8Array(outWidth * outHeight * 3);
  for (let at = 0; at < outWidth * outHeight; at++) {
    const from = (Math.floor(at / outWidth) * factor * width + (at % outWidth) * factor) * 3;
    out.set(data.subarray(from, from + 3), at * 3);
  }
  return { data: out, width: outWidth, height: outHeight };
}

/** Both on grey, the lower edges level. */
export function sideBySide(left: RgbImage, right: RgbImage): RgbImage {
  const width = left.width + right.width;
  const height = Math.max(left.height, right.height);
  const out = new Uint8Array(width * height * 3).fill(128);
  for (const [picture, x] of [
    [left, 0],
    [right, left.width],
  ] as const) {
    for (let row = 0; row < picture.height; row++) {
      const line = picture.data.subarray(row * picture.width * 3, (row + 1) * picture.width * 3);
      out.set(line, ((height - picture.height + row) * width + x) * 3);
    }
  }
  return { data: out, width, height };
}
