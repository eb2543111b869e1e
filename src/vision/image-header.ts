import type { ImageFormat } from './types.ts';

/** What the first bytes of an image say about it, without decoding a pixel. */
export interface ImageHeader {
  readonly format: ImageFormat;
  /** As stored; see `orientation`. */
  readonly width: number;
  readonly height: number;
  /** EXIF 1..8; from 5 on width and height change places. */
  readonly orientation: number;
  readonly animated: boolean;
  readonly hasAlpha: boolean;
}

/** What a format's own reader gives; the orientation is looked for only when it is read. */
type Parsed = Omit<ImageHeader, 'format'> | 'corrupt';

const START_OF_FRAME = new Set([
  0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf,
]);

/**
 * Compressed text unpacks to a thousand times its size, and the decoder does so without looking at the time. Nobody
 * here reads it.
 */
const MAX_PNG_TEXT_BYTES = 128 * 1024;

/** The width and height that a viewer shows. */
export function orientedSize(header: ImageHeader): { readonly width: number; readonly height: number } {
  return header.orientation >= 5
    ? { width: header.height, height: header.width }
    : { width: header.width, height: header.height };
}

/**
 * Reads the header of a JPEG, PNG or WebP image. The magic bytes decide, never a declared format.
 * Gives 'unsupported' for anything else and 'corrupt' where the header ends early or contradicts itself.
 * A few hundred nanoseconds: it guards every frame before the decoder sees it.
 */
export function readImageHeader(data: Uint8Array): ImageHeader | 'unsupported' | 'corrupt' {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const format = sniffFormat(view);
  if (format === null) return 'unsupported';
  const parsed = format === 'jpeg' ? readJpeg(view) : format === 'png' ? readPng(view) : readWebp(view);
  if (parsed === 'corrupt' || parsed.width === 0 || parsed.height === 0) return 'corrupt';
  return { format, ...parsed };
}

function sniffFormat(view: DataView): ImageFormat | null {
  if (view.byteLength >= 3 && view.getUint16(0) === 0xffd8 && view.getUint8(2) === 0xff) return 'jpeg';
  if (view.byteLength >= 8 && view.getUint32(0) === 0x89504e47 && view.getUint32(4) === 0x0d0a1a0a)
    return 'png';
  if (view.byteLength >= 12 && fourCc(view, 0) === 'RIFF' && fourCc(view, 8) === 'WEBP') return 'webp';
  return null;
}

function readJpeg(view: DataView): Parsed {
  let orientation = 1;
  let at = 2;
  while (at + 4 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return 'corrupt';
    const marker = view.getUint8(at + 1);
    // Any number of 0xff may stand before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2;
      continue;
    }
    const length = view.getUint16(at + 2);
    if (length < 2 || marker === 0xd9 || marker === 0xda) return 'corrupt';
    if (START_OF_FRAME.has(marker)) {
      if (at + 9 > view.byteLength) return 'corrupt';
      const height = view.getUint16(at + 5);
      const width = view.getUint16(at + 7);
      return { width, height, orientation, animated: false, hasAlpha: false };
    }
    if (marker === 0xe1 && length >= 8 && at + 10 <= view.byteLength && fourCc(view, at + 4) === 'Exif') {
      orientation = readExifOrientation(view, at + 10, Math.min(at + 2 + length, view.byteLength));
    }
    at += 2 + length;
  }
  return 'corrupt';
}

function readPng(view: DataView): Parsed {
  if (view.byteLength < 33 || fourCc(view, 12) !== 'IHDR') return 'corrupt';
  const colourType = view.getUint8(25);
  let hasAlpha = colourType === 4 || colourType === 6;
  let animated = false;
  let orientation = 1;
  let textBytes = 0;
  let at = 8;
  // acTL and tRNS have to stand before the first IDAT; eXIf may follow it.
  while (at + 12 <= view.byteLength) {
    const length = view.getUint32(at);
    const type = fourCc(view, at + 4);
    if (type === 'IEND') break;
    if (type === 'zTXt' || type === 'iTXt') textBytes += length;
    if (textBytes > MAX_PNG_TEXT_BYTES) return 'corrupt';
    if (type === 'acTL') animated = true;
    if (type === 'tRNS') hasAlpha = true;
    if (type === 'eXIf') {
      orientation = readExifOrientation(view, at + 8, Math.min(at + 8 + length, view.byteLength));
    }
    at += 12 + length;
  }
  return { width: view.getUint32(16), height: view.getUint32(20), orientation, animated, hasAlpha };
}

function readWebp(view: DataView): Parsed {
  if (view.byteLength < 30) return 'corrupt';
  const kind = fourCc(view, 12);
  if (kind === 'VP8 ') {
    if (view.getUint8(23) !== 0x9d || view.getUint16(24) !== 0x012a) return 'corrupt';
    const width = view.getUint16(26, true) & 0x3fff;
    const height = view.getUint16(28, true) & 0x3fff;
    return { width, height, orientation: 1, animated: false, hasAlpha: false };
  }
  if (kind === 'VP8L') {
    if (view.getUint8(20) !== 0x2f) return 'corrupt';
    const bits = view.getUint32(21, true);
    const width = (bits & 0x3fff) + 1;
    const height = ((bits >>> 14) & 0x3fff) + 1;
    return { width, height, orientation: 1, animated: false, hasAlpha: ((bits >>> 28) & 1) === 1 };
  }
  if (kind !== 'VP8X') return 'corrupt';
  const flags = view.getUint8(20);
  const width = (view.getUint32(23, true) >>> 8) + 1;
  const height = (view.getUint32(26, true) >>> 8) + 1;
  const orientation = (flags & 0x08) === 0 ? 1 : findWebpOrientation(view);
  return { width, height, orientation, animated: (flags & 0x02) !== 0, hasAlpha: (flags & 0x10) !== 0 };
}

function findWebpOrientation(view: DataView): number {
  let at = 12;
  while (at + 8 <= view.byteLength) {
    const length = view.getUint32(at + 4, true);
    if (fourCc(view, at) === 'EXIF') {
      // Some writers keep JPEG's `Exif\0\0` before the TIFF header.
      const prefixed = at + 14 <= view.byteLength && fourCc(view, at + 8) === 'Exif';
      return readExifOrientation(view, at + (prefixed ? 14 : 8), Math.min(at + 8 + length, view.byteLength));
    }
    at += 8 + length + (length & 1);
  }
  return 1;
}

/** Tag 0x0112 of the first directory of the TIFF structure at `start`; 1 where there is none. */
function readExifOrientation(view: DataView, start: number, end: number): number {
  if (start + 8 > end) return 1;
  const order = view.getUint16(start);
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const little = order === 0x4949;
  const directory = start + view.getUint32(start + 4, little);
  if (directory + 2 > end) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + i * 12;
    if (entry + 12 > end) return 1;
    if (view.getUint16(entry, little) === 0x0112) {
      const orientation = view.getUint16(entry + 8, little);
      return orientation >= 1 && orientation <= 8 ? orientation : 1;
    }
  }
  return 1;
}

function fourCc(view: DataView, at: number): string {
  return String.fromCharCode(
    view.getUint8(at),
    view.getUint8(at + 1),
    view.getUint8(at + 2),
    view.getUint8(at + 3),
  );
}
