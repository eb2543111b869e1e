import type { RgbImage } from './types.ts';

/** Where the platform has no prebuilt binary there is none, and sharp decodes everything. */
const turbo = await import('@julusian/jpeg-turbo').then(
  (module) => module.default,
  () => null,
);

export interface JpegDecoder {
  /**
   * Decodes on the calling thread. The pixels are the decoder's own, hold until the next call, and
   * its memory is that of the largest picture so far.
   * @param data a plain JPEG (plain-jpeg.ts) of this size
   * @returns null where the picture is damaged, which sharp tells apart better
   */
  decode(data: Uint8Array, width: number, height: number): RgbImage | null;
}

/**
 * libjpeg-turbo without a pipeline around it: a quarter of the time of sharp, which hands every picture through its
 * own threads. Its fast inverse transform is a level or two off, which turns no verdict. null where the platform has
 * no binary of it.
 */
export function createJpegDecoder(): JpegDecoder | null {
  if (turbo === null) return null;
  const { decompressSync, FORMAT_RGB } = turbo;
  let kept: Buffer = Buffer.alloc(0);
  return {
    decode(data, width, height) {
      const pixelBytes = width * height * 3;
      if (kept.byteLength < pixelBytes) kept = Buffer.alloc(pixelBytes);
      const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      try {
        const image = decompressSync(bytes, kept, { format: FORMAT_RGB });
        if (image.width !== width || image.height !== height) return null;
        return { data: kept.subarray(0, pixelBytes), width, height };
      } catch {
        return null;
      }
    },
  };
}
