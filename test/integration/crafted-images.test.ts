import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageCode, isExpected, tryImage } from '../../loadtest/fuzz/images/image-trial.ts';
import { createInferencePool, type InferencePool } from '../../src/vision/inference-pool.ts';
import { createJpegDecoder } from '../../src/vision/jpeg-decoder.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import { isPlainJpeg } from '../../src/vision/plain-jpeg.ts';
import { withoutMetadata } from '../../src/vision/without-metadata.ts';
import type { CraftedImage } from '../support/crafted-image.ts';
import { craftedImages } from '../support/crafted-images.ts';
import { type EncodedFrame, renderedFrames } from '../support/rendered-frames.ts';

const MIB = 1024 * 1024;
/** Of the resident memory, over what it was when each image had been seen once. */
const MAX_GROWTH_MIB = 150;

let face: EncodedFrame;
let images: readonly CraftedImage[];
let pool: InferencePool;

beforeAll(async () => {
  face = (await renderedFrames(1))[0]!;
  [images, pool] = await Promise.all([
    craftedImages(face),
    createInferencePool({ threads: 1, modelsFolder: MODELS_FOLDER }),
  ]);
});

afterAll(() => pool.close());

describe('crafted images', () => {
  test('become a picture within the limits or are refused with a code, and stripping leaves the picture as it is', async () => {
    expect(images.length).toBeGreaterThan(60);
    const wrong: string[] = [];
    for (const image of images) {
      const outcome = await tryImage(image).then(
        (trial) => trial.outcome,
        (fault: unknown) => `fault: ${fault}`,
      );
      if (!isExpected(image, outcome)) wrong.push(`${image.name}: ${outcome} instead of ${image.expected}`);
      if (outcome.startsWith('fault')) wrong.push(`${image.name}: ${outcome}`);
    }
    expect(wrong).toEqual([]);
  });

  test('leave the pool as it was, and a good frame is answered', async () => {
    const wrong: string[] = [];
    const fewer = images.filter((image, index) => !image.name.includes('cut off') || index % 8 === 0);
    const beforeMiB = process.memoryUsage.rss() / MIB;
    for (const image of fewer) {
      const { format, width, height } = image;
      const declared = { format, width, height };
      const outcome = await pool
        .analyse({ data: image.data.slice(), declared, track: null })
        .then(() => 'picture', imageCode);
      if (!isExpected(image, outcome)) wrong.push(`${image.name}: ${outcome} instead of ${image.expected}`);
    }
    expect(wrong).toEqual([]);
    const { analysis } = await pool.analyse({ data: face.data.slice(), track: null });
    expect(analysis.face).not.toBeNull();
    expect(process.memoryUsage.rss() / MIB - beforeMiB).toBeLessThan(MAX_GROWTH_MIB);
  });

  test('a plain JPEG has the same pixels by either decoder, and one that hides another is not plain', async () => {
    const decoder = createJpegDecoder();
    let compared = 0;
    for (const { name, data, width, height } of images) {
      if (name.includes('that hides them')) expect(isPlainJpeg(data), name).toBe(false);
      if (!isPlainJpeg(data)) continue;
      const quick = decoder?.decode(data, width, height) ?? null;
      if (quick === null) continue;
      const exact = await sharp(withoutMetadata(data), { failOn: 'none' })
        .toColourspace('srgb')
        .raw()
        .toBuffer()
        .catch(() => null);
      // Damaged ones that only one of them takes.
      if (exact === null || exact.length !== quick.data.length) continue;
      expect(meanDifference(quick.data, exact), name).toBeLessThan(2);
      compared += 1;
    }
    if (decoder !== null) expect(compared).toBeGreaterThan(10);
  });
});

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}
