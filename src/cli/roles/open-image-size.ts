import type { ContoursDeps } from '../../http/routes/contours/contours-deps.ts';
import { checkImage, DEFAULT_DECODE_LIMITS } from '../../vision/decode-image.ts';
import { orientedSize } from '../../vision/image-header.ts';

/** What the header of an image tells, by the limits that a worker will hold it against. */
export function openImageSize(maxBytes: number): ContoursDeps['imageSize'] {
  const limits = { ...DEFAULT_DECODE_LIMITS, maxBytes };
  return (image) => {
    const header = checkImage(image, limits);
    return { ...orientedSize(header), format: header.format };
  };
}
