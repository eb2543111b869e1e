import sharp from 'sharp';
import type { ImageFormat, RgbImage } from '../../src/vision/types.ts';

/** A picture as a client would send it; JPEG and WebP at this quality, PNG without loss. */
export async function encodeImage(
  image: RgbImage,
  format: ImageFormat = 'jpeg',
  quality = 88,
): Promise<Uint8Array<ArrayBuffer>> {
  const { data, width, height } = image;
  const pixels = sharp(data, { raw: { width, height, channels: 3 } });
  const bytes = await pixels.toFormat(format, format === 'png' ? {} : { quality }).toBuffer();
  // A copy of its own: sharp's buffer may share its memory, and frames are transferred between threads.
  return Uint8Array.from(bytes);
}
