import { readImageHeader } from './image-header.ts';

/** Of the directory that every EXIF begins with, and of the one with what the camera was set to. */
const TAG = {
  exifDirectory: 0x8769,
  focalLength: 0x920a,
  focalLength35mm: 0xa405,
  pixelsAcross: 0xa002,
  pixelsDown: 0xa003,
  planeResolution: 0xa20e,
  planeResolutionUnit: 0xa210,
} as const;
/** Of a 36 × 24 mm frame, which a 35 mm equivalent speaks of (CIPA DCG-001). */
const DIAGONAL_35MM = Math.hypot(36, 24);
const UNIT_MM: Readonly<Record<number, number>> = { 2: 25.4, 3: 10, 4: 1, 5: 0.001 };
/** A directory of a camera has some forty entries. */
const MAX_ENTRIES = 512;
/** Between the sides of the picture and those that the camera wrote down: it was cropped since. */
const MAX_ASPECT_CHANGE = 0.02;
/** Focal length ÷ diagonal: a 13 mm and a 350 mm lens. What is beyond is no lens that people photograph each other with. */
const SHARE_RANGE = [0.3, 8.1] as const;

/**
 * The lens's focal length as a share of the whole picture's diagonal, by the picture's EXIF: multiply with the diagonal
 * in pixels of any size that the picture is decoded to. null where the camera told none, or the picture was cropped.
 */
export function readFocalShare(data: Uint8Array): number | null {
  const header = readImageHeader(data);
  if (typeof header === 'string') return null;
  const tiff = findTiff(data, header.format);
  if (tiff === null) return null;
  const tags = readTags(tiff);
  if (tags === null || isCropped(tags, header)) return null;
  const share = shareOf(tags);
  return share !== null && share >= SHARE_RANGE[0] && share <= SHARE_RANGE[1] ? share : null;
}

type Tags = ReadonlyMap<number, number>;

function shareOf(tags: Tags): number | null {
  const focal35mm = tags.get(TAG.focalLength35mm);
  // 0 says that it is not known.
  if (focal35mm !== undefined && focal35mm > 0) return focal35mm / DIAGONAL_35MM;
  const focalMm = tags.get(TAG.focalLength);
  const resolution = tags.get(TAG.planeResolution);
  const across = tags.get(TAG.pixelsAcross);
  const down = tags.get(TAG.pixelsDown);
  // Inches, where it is not said.
  const unitMm = UNIT_MM[tags.get(TAG.planeResolutionUnit) ?? 2];
  if (!focalMm || !resolution || !across || !down || unitMm === undefined) return null;
  return (focalMm * resolution) / unitMm / Math.hypot(across, down);
}

function isCropped(
  tags: Tags,
  { width, height }: { readonly width: number; readonly height: number },
): boolean {
  const across = tags.get(TAG.pixelsAcross);
  const down = tags.get(TAG.pixelsDown);
  if (!across || !down) return false;
  const [longer, shorter] = [Math.max(width, height), Math.min(width, height)];
  const told = Math.max(across, down) / Math.min(across, down);
  return Math.abs(longer / shorter / told - 1) > MAX_ASPECT_CHANGE;
}

/** The TIFF structure of the EXIF. null where there is none. */
function findTiff(data: Uint8Array, format: 'jpeg' | 'png' | 'webp'): DataView | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const block = format === 'jpeg' ? jpegExif(view) : format === 'png' ? pngExif(view) : webpExif(view);
  if (block === null) return null;
  const [start, end] = block;
  return end <= view.byteLength && end - start >= 8
    ? new DataView(data.buffer, data.byteOffset + start, end - start)
    : null;
}

type Block = readonly [start: number, end: number];

function jpegExif(view: DataView): Block | null {
  for (let at = 2; at + 10 <= view.byteLength; ) {
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff || marker === 0xda || marker === 0xd9) return null;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const end = at + 2 + view.getUint16(at + 2);
    if (marker === 0xe1 && text(view, at + 4) === 'Exif') return [at + 10, end];
    at = end;
  }
  return null;
}

function pngExif(view: DataView): Block | null {
  for (let at = 8; at + 12 <= view.byteLength; ) {
    const start = at + 8;
    const end = start + view.getUint32(at);
    if (text(view, at + 4) === 'eXIf') return [start, end];
    at = end + 4;
  }
  return null;
}

function webpExif(view: DataView): Block | null {
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    if (text(view, at) === 'EXIF') {
      // Some writers keep JPEG's `Exif\0\0` before it.
      const prefixed = start + 6 <= view.byteLength && text(view, start) === 'Exif';
      return [prefixed ? start + 6 : start, start + size];
    }
    at = start + size + (size & 1);
  }
  return null;
}

/** Numbers by tag of the first directory and of the camera's; each directory is looked at once. null for what is no TIFF. */
function readTags(tiff: DataView): Tags | null {
  const order = tiff.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const little = order === 0x4949;
  const tags = new Map<number, number>();
  readDirectory(tiff, tiff.getUint32(4, little), little, tags);
  const camera = tags.get(TAG.exifDirectory);
  if (camera !== undefined) readDirectory(tiff, camera, little, tags);
  return tags;
}

function readDirectory(tiff: DataView, start: number, little: boolean, tags: Map<number, number>): void {
  if (start + 2 > tiff.byteLength) return;
  const entries = Math.min(tiff.getUint16(start, little), MAX_ENTRIES);
  for (let i = 0; i < entries; i++) {
    const entry = start + 2 + i * 12;
    if (entry + 12 > tiff.byteLength) return;
    const value = readNumber(tiff, entry, little);
    if (value !== null) tags.set(tiff.getUint16(entry, little), value);
  }
}

/** The first number of an entry: SHORT, LONG or RATIONAL. */
function readNumber(tiff: DataView, entry: number, little: boolean): number | null {
  const type = tiff.getUint16(entry + 2, little);
  if (type === 3) return tiff.getUint16(entry + 8, little);
  if (type === 4) return tiff.getUint32(entry + 8, little);
  if (type !== 5) return null;
  const at = tiff.getUint32(entry + 8, little);
  if (at + 8 > tiff.byteLength) return null;
  const divisor = tiff.getUint32(at + 4, little);
  return divisor === 0 ? null : tiff.getUint32(at, little) / divisor;
}

function text(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}
