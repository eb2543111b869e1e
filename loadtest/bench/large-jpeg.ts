import sharp from 'sharp';
import { changeScene, DEFAULT_SCENE } from '../../src/synthetic/face-scene.ts';
import { renderFace } from '../../src/synthetic/render-face.ts';
import { seededRandom } from '../../src/synthetic/seeded-noise.ts';
import type { CanonicalFace } from '../../src/vision/types.ts';

/** A phone's portrait, 3024 × 4032: the picture that the seed's figures speak of. */
const WIDTH_PX = 3024;
const HEIGHT_PX = 4032;
const RENDERED_SHARE = 4;
/** What a small sensor leaves in each value. */
const NOISE = 14;
const QUALITIES = [90, 85, 80, 75, 70, 60, 50];

/** A rendered face as a JPEG of at most about `bytes`, with a sensor's noise in every pixel. */
export async function largeJpeg(canonical: CanonicalFace, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const scene = changeScene(DEFAULT_SCENE, {
    width: WIDTH_PX / RENDERED_SHARE,
    height: HEIGHT_PX / RENDERED_SHARE,
  });
  const { image } = renderFace(scene, canonical);
  const pixels = await sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } })
    .resize(WIDTH_PX, HEIGHT_PX, { fit: 'fill' })
    .raw()
    .toBuffer();
  const random = seededRandom(1);
  for (let at = 0; at < pixels.length; at++) {
    pixels[at] = Math.min(255, Math.max(0, pixels[at]! + NOISE * (random() - 0.5)));
  }
  const noisy = sharp(pixels, { raw: { width: WIDTH_PX, height: HEIGHT_PX, channels: 3 } });
  for (const quality of QUALITIES) {
    const jpeg = await noisy.clone().jpeg({ quality }).toBuffer();
    if (jpeg.length <= bytes || quality === QUALITIES.at(-1)) return new Uint8Array(jpeg);
  }
  throw new RangeError('no qualities');
}
