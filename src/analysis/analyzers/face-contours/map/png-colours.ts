export interface PngColours {
  /** Bits of a sample, or of a palette's index. */
  readonly depth: number;
  /** 0xrrggbb by index; null where the picture has no palette. */
  readonly palette: readonly number[] | null;
}

const PALETTE_TYPE = 3;

/**
 * What a decoder loses of how a PNG holds its colours.
 * @param data a PNG whose header has been checked
 */
export function pngColours(data: Uint8Array): PngColours {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const depth = view.getUint8(24);
  if (view.getUint8(25) !== PALETTE_TYPE) return { depth, palette: null };
  for (let at = 8; at + 12 <= data.length; ) {
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > data.length) break;
    if (String.fromCharCode(...data.subarray(at + 4, at + 8)) === 'PLTE') {
      const palette = Array.from({ length: Math.floor(length / 3) }, (_, index) => {
        const entry = at + 8 + index * 3;
        return (view.getUint8(entry) << 16) | (view.getUint8(entry + 1) << 8) | view.getUint8(entry + 2);
      });
      return { depth, palette };
    }
    at = end;
  }
  return { depth, palette: null };
}
