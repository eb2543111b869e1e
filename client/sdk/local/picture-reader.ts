import type { RgbImage } from '../../../src/vision/types.ts';

/** The pixels of a picture, as the models of the project and as those of others take them. */
export interface ReadPicture extends RgbImage {
  readonly rgba: ImageData;
}

export interface PictureReader {
  /** Closes the bitmap. What it gives holds until the next call. */
  read(bitmap: ImageBitmap): ReadPicture;
}

/** Bitmaps give their pixels to a canvas only; it and the buffer are made anew only when the size changes. */
export function createPictureReader(): PictureReader {
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('this browser gives workers no canvas');
  let data = new Uint8Array(0);

  return {
    read(bitmap) {
      const { width, height } = bitmap;
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
        data = new Uint8Array(width * height * 3);
      }
      context.drawImage(bitmap, 0, 0);
      bitmap.close();
      const rgba = context.getImageData(0, 0, width, height);
      dropAlpha(rgba.data, data);
      return { data, width, height, rgba };
    },
  };
}

function dropAlpha(rgba: Uint8ClampedArray, rgb: Uint8Array): void {
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = rgba[from]!;
    rgb[to + 1] = rgba[from + 1]!;
    rgb[to + 2] = rgba[from + 2]!;
  }
}
