export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The largest size of the same shape within the limits; never larger than it is. */
export function fitSize({ width, height }: Size, maxWidth: number, maxHeight = maxWidth): Size {
  const scale = Math.min(1, maxWidth / width, maxHeight / height);
  const scaled = (pixels: number, max: number) =>
    Math.min(Math.floor(max), Math.max(1, Math.round(pixels * scale)));
  return { width: scaled(width, maxWidth), height: scaled(height, maxHeight) };
}
