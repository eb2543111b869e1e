import { readImageHeader } from './image-header.ts';

/** Chunks of a PNG that its pixels need to look as they should. */
const PNG_KEPT = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'sBIT']);
const WEBP_KEPT = new Set(['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ICCP']);
const WEBP_FLAGS = { exif: 0x08, xmp: 0x04 } as const;

/**
 * The same picture, pixel for pixel, without what its camera wrote beside it: EXIF with the place and the device,
 * XMP, comments, thumbnails, and whatever follows the image. The orientation stays, in an EXIF of its own, and so
 * does the colour profile. Takes an image that the decoder has taken; anything else comes back as it was.
 */
export function withoutMetadata(data: Uint8Array): Uint8Array {
  const header = readImageHeader(data);
  if (typeof header === 'string') return data;
  const exif = header.orientation === 1 ? null : orientationExif(header.orientation);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const parts =
    header.format === 'jpeg'
      ? jpegParts(data, view, exif)
      : header.format === 'png'
        ? pngParts(data, view, exif)
        : webpParts(data, view, exif);
  return joined(parts);
}

function jpegParts(data: Uint8Array, view: DataView, exif: Uint8Array | null): Uint8Array[] {
  const parts = [data.subarray(0, 2)];
  if (exif !== null) {
    const segment = joined([ascii('Exif\0\0'), exif]);
    parts.push(Uint8Array.of(0xff, 0xe1, (segment.length + 2) >> 8, (segment.length + 2) & 0xff), segment);
  }
  let at = 2;
  while (at + 4 <= data.length) {
    const marker = data[at + 1]!;
    if (data[at] !== 0xff || marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xd9) break;
    const end = at + 2 + view.getUint16(at + 2);
    if (isKeptSegment(marker, data, at)) parts.push(data.subarray(at, end));
    at = end;
    if (marker !== 0xda) continue;
    const scanEnd = endOfScan(data, at);
    parts.push(data.subarray(at, scanEnd));
    at = scanEnd;
  }
  // One that was cut off stays so: what decodes the rest has to notice.
  if (data[at] === 0xff && data[at + 1] === 0xd9) parts.push(data.subarray(at, at + 2));
  return parts;
}

function isKeptSegment(marker: number, data: Uint8Array, at: number): boolean {
  if (marker === 0xfe) return false;
  if (marker < 0xe0 || marker > 0xef) return true;
  const name = text(data, at + 4, 11);
  return (
    (marker === 0xe0 && name.startsWith('JFIF')) ||
    (marker === 0xe2 && name === 'ICC_PROFILE') ||
    (marker === 0xee && name.startsWith('Adobe'))
  );
}

/** Where the entropy-coded data end: at a marker that is neither a stuffed zero nor a restart. */
function endOfScan(data: Uint8Array, start: number): number {
  for (let at = data.indexOf(0xff, start); at >= 0; at = data.indexOf(0xff, at + 1)) {
    const next = data[at + 1];
    if (next === undefined) break;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return data.length;
}

function pngParts(data: Uint8Array, view: DataView, exif: Uint8Array | null): Uint8Array[] {
  const parts = [data.subarray(0, 8)];
  for (let at = 8; at + 12 <= data.length; ) {
    const type = text(data, at + 4, 4);
    const end = at + 12 + view.getUint32(at);
    if (PNG_KEPT.has(type)) parts.push(data.subarray(at, end));
    if (type === 'IHDR' && exif !== null) parts.push(pngChunk('eXIf', exif));
    if (type === 'IEND') break;
    at = end;
  }
  return parts;
}

function pngChunk(type: string, content: Uint8Array): Uint8Array {
  const body = joined([ascii(type), content]);
  const chunk = new Uint8Array(body.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, content.length);
  chunk.set(body, 4);
  view.setUint32(body.length + 4, crc32(body));
  return chunk;
}

/** As PNG has it (ISO 3309); for a few dozen bytes a table would not pay. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function webpParts(data: Uint8Array, view: DataView, exif: Uint8Array | null): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const fileEnd = Math.min(data.length, 8 + view.getUint32(4, true));
  for (let at = 12; at + 8 <= fileEnd; ) {
    const type = text(data, at, 4);
    const size = view.getUint32(at + 4, true);
    // Chunks are padded to an even length.
    const end = at + 8 + size + (size & 1);
    if (WEBP_KEPT.has(type)) {
      const chunk = new Uint8Array(data.subarray(at, end));
      if (type === 'VP8X') {
        chunk[8] = (chunk[8]! & ~(WEBP_FLAGS.exif | WEBP_FLAGS.xmp)) | (exif === null ? 0 : WEBP_FLAGS.exif);
      }
      chunks.push(chunk);
    }
    at = end;
  }
  if (exif !== null) {
    const head = new Uint8Array(8);
    head.set(ascii('EXIF'));
    new DataView(head.buffer).setUint32(4, exif.length, true);
    chunks.push(head, exif);
  }
  const riff = new Uint8Array(data.subarray(0, 12));
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 4);
  new DataView(riff.buffer).setUint32(4, bytes, true);
  return [riff, ...chunks];
}

/** A TIFF header and one directory with one entry, the orientation (tag 0x0112, one SHORT). Even in length. */
function orientationExif(orientation: number): Uint8Array {
  return Uint8Array.of(
    ...[0x49, 0x49, 0x2a, 0x00, 8, 0, 0, 0],
    ...[1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0],
    ...[0, 0, 0, 0],
  );
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function ascii(letters: string): Uint8Array {
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

function text(data: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...data.subarray(at, at + length));
}
