import type { ImageSize } from './read-size.ts';

/** Pixels of the still. */
interface StillBox extends ImageSize {
  readonly x: number;
  readonly y: number;
}

export interface PictureZoom {
  readonly scale: number;
  /** Where the picture's left and upper edge go, in shares (≤ 0) of its own size. */
  readonly left: number;
  readonly top: number;
}

/** A still has no more to show. */
const MAX_SCALE = 3;

/** How a picture is enlarged in its own frame so that all of the box is seen, and nothing beside the picture. */
export function pictureZoom({ x, y, width, height }: StillBox, image: ImageSize): PictureZoom {
  const scale = Math.min(MAX_SCALE, Math.max(1, Math.min(image.width / width, image.height / height)));
  const place = (centre: number): number => Math.min(0, Math.max(1 - scale, 0.5 - scale * centre));
  return {
    scale,
    left: place((x + width / 2) / image.width),
    top: place((y + height / 2) / image.height),
  };
}
