const BASELINE_FRAME = 0xc0;
const START_OF_SCAN = 0xda;
/** Huffman and quantisation tables, restart interval, comment. */
const HARMLESS = new Set([0xc4, 0xdb, 0xdd, 0xfe]);
/** APP2 holds the colour profile, APP14 says how Adobe's colours are coded: sharp understands both. */
const COLOUR_MARKERS = new Set([0xe2, 0xee]);

/**
 * Whether a JPEG is what encoders make of a video frame: baseline, eight bits, grey or YCbCr, all components in the
 * one scan, and no word about its colours. Such a picture decodes in one pass whose time its size bounds; a file of
 * many scans may take seconds. Only markers that are known to be harmless may stand before the scan: one that another
 * reader skips in another way would show it another picture.
 * @param data a JPEG by its magic bytes
 */
export function isPlainJpeg(data: Uint8Array): boolean {
  const word = (at: number) => (data[at]! << 8) | data[at + 1]!;
  let components = 0;
  let at = 2;
  while (at + 4 <= data.length) {
    if (data[at] !== 0xff) return false;
    const marker = data[at + 1]!;
    const length = word(at + 2);
    if (length < 2 || at + 2 + length > data.length) return false;
    if (marker === START_OF_SCAN) return components !== 0 && data[at + 4] === components;
    if (marker === BASELINE_FRAME) {
      if (components !== 0 || length < 11 || data[at + 4] !== 8) return false;
      components = data[at + 9]!;
      if ((components !== 1 && components !== 3) || length !== 8 + 3 * components) return false;
      // Other ids than 1, 2, 3 may mean RGB.
      for (let i = 0; i < components; i++) if (data[at + 10 + 3 * i] !== i + 1) return false;
    } else {
      const isApplication = marker >= 0xe0 && marker <= 0xef && !COLOUR_MARKERS.has(marker);
      if (!isApplication && !HARMLESS.has(marker)) return false;
    }
    at += 2 + length;
  }
  return false;
}
