/** Interleaved RGB as the opaque RGBA that a canvas takes; `into` is used again where it has the right size. */
export function rgbaOf(
  rgb: Uint8Array,
  into: Uint8ClampedArray<ArrayBuffer> | null,
): Uint8ClampedArray<ArrayBuffer> {
  const bytes = (rgb.length / 3) * 4;
  const rgba = into?.length === bytes ? into : new Uint8ClampedArray(bytes);
  // Whole pixels at once: alpha, blue, green, red from the highest byte down on every machine browsers run on.
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, bytes / 4);
  for (let pixel = 0, at = 0; pixel < pixels.length; pixel++, at += 3) {
    pixels[pixel] = 0xff000000 | (rgb[at + 2]! << 16) | (rgb[at + 1]! << 8) | rgb[at]!;
  }
  return rgba;
}
