import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import type { EncodedFrame } from './rendered-frames.ts';

/** An image, and what its sender says of it. */
export interface OddImage extends EncodedFrame {
  /** Default jpeg. */
  readonly format?: 'jpeg' | 'png' | 'webp';
}

export interface FaultyImage extends OddImage {
  readonly errorCode: string;
}

const FLAT = { width: 7000, height: 7000, channels: 3, background: 'black' } as const;
const TEXT_BOMB = pngChunk(
  'zTXt',
  Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(Buffer.alloc(48 * 1024 * 1024))]),
);

/** Images that cannot be analysed, with the code that says why. */
export async function faultyImages(face: EncodedFrame): Promise<Record<string, FaultyImage>> {
  const { data, width, height } = face;
  const sized = { width, height };
  const png = own(await sharp(data).png().toBuffer());
  const webp = own(await sharp(data).webp().toBuffer());
  const dot = own(await sharp(data).resize(1, 1).jpeg().toBuffer());
  const frames = { raw: { ...sized, channels: 3, pageHeight: height / 2 } } as const;
  const pages = await sharp(data).raw().toBuffer();
  const animated = { width, height: height / 2 };
  const huge = { width: 40_000, height: 40_000 };
  const corrupt = 'image-corrupt';
  const unsupported = 'image-unsupported';
  return {
    'no bytes': { data: new Uint8Array(0), ...sized, errorCode: unsupported },
    'not an image': { data: own(Buffer.from('<svg/>'.repeat(500))), ...sized, errorCode: unsupported },
    'the start of a JPEG alone': { data: data.slice(0, 3), ...sized, errorCode: corrupt },
    'a truncated JPEG': { data: data.slice(0, data.length >> 1), ...sized, errorCode: corrupt },
    'a truncated PNG': { data: png.slice(0, png.length >> 1), ...sized, format: 'webp', errorCode: corrupt },
    'a truncated WebP': {
      data: webp.slice(0, webp.length >> 1),
      ...sized,
      format: 'webp',
      errorCode: corrupt,
    },
    'one pixel': { data: dot, width: 1, height: 1, errorCode: 'image-too-small' },
    'a JPEG of 40,000 × 40,000 by its header': {
      data: withJpegSize(data, 40_000),
      ...huge,
      errorCode: 'image-too-large',
    },
    'a JPEG of 40,000 × 40,000 by its header alone': {
      data: withJpegSize(data, 40_000),
      ...sized,
      errorCode: 'image-too-large',
    },
    'a PNG of 40,000 × 40,000 by its header': {
      data: pngOf(40_000, 40_000, deflateSync(Buffer.alloc(1000))),
      ...sized,
      errorCode: 'image-too-large',
    },
    'a WebP of 49 million pixels in 36 bytes': {
      data: own(await sharp({ create: FLAT }).webp({ lossless: true, effort: 0 }).toBuffer()),
      width: FLAT.width,
      height: FLAT.height,
      format: 'webp',
      errorCode: 'image-too-large',
    },
    'a PNG that unpacks to a gigabyte of text': {
      data: pngOf(
        64,
        64,
        deflateSync(Buffer.alloc(64 * 193)),
        Array.from({ length: 20 }, () => TEXT_BOMB),
      ),
      width: 64,
      height: 64,
      errorCode: corrupt,
    },
    'a smaller declared size': {
      data,
      width: width >> 1,
      height: height >> 1,
      errorCode: 'image-size-mismatch',
    },
    'an animated WebP': {
      data: own(await sharp(pages, frames).webp().toBuffer()),
      ...animated,
      format: 'webp',
      errorCode: 'image-animated',
    },
    'an animated PNG': {
      data: own(withChunk(png, pngChunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])))),
      ...sized,
      errorCode: 'image-animated',
    },
    'an animated GIF': {
      data: own(await sharp(pages, frames).gif().toBuffer()),
      ...animated,
      errorCode: unsupported,
    },
    'an SVG in a JPEG’s clothes': {
      data: own(
        Buffer.concat([data.subarray(0, 4), Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')]),
      ),
      ...sized,
      errorCode: corrupt,
    },
  };
}

/** Unusual images of the same face, all of which are to be analysed. */
export async function unusualImages(face: EncodedFrame): Promise<Record<string, OddImage>> {
  const { data, width, height } = face;
  const sized = { width, height };
  const jpeg = async (image: Sharp): Promise<OddImage> => ({
    data: own(await image.jpeg({ quality: 90 }).toBuffer()),
    ...sized,
  });
  const turned = (orientation: number, image: Sharp) => jpeg(image.withMetadata({ orientation }));
  return {
    'a CMYK JPEG': await jpeg(sharp(data).toColourspace('cmyk')),
    'a greyscale JPEG': await jpeg(sharp(data).greyscale().toColourspace('b-w')),
    'a progressive JPEG': {
      data: own(await sharp(data).jpeg({ progressive: true }).toBuffer()),
      ...sized,
    },
    'a 16-bit PNG': {
      data: own(await sharp(data).toColourspace('rgb16').png().toBuffer()),
      ...sized,
      format: 'png',
    },
    'a PNG with a palette': {
      data: own(await sharp(data).png({ palette: true }).toBuffer()),
      ...sized,
      format: 'png',
    },
    'a PNG with alpha': {
      data: own(await sharp(data).ensureAlpha(0.9).png().toBuffer()),
      ...sized,
      format: 'png',
    },
    'a WebP with alpha': {
      data: own(await sharp(data).ensureAlpha(0.9).webp().toBuffer()),
      ...sized,
      format: 'webp',
    },
    'a lossless WebP': {
      data: own(await sharp(data).webp({ lossless: true, effort: 0 }).toBuffer()),
      ...sized,
      format: 'webp',
    },
    // Stored as a camera held sideways or upside down would, to be shown upright.
    'a JPEG turned by EXIF 3': await turned(3, sharp(data).rotate(180)),
    'a JPEG turned by EXIF 6': await turned(6, sharp(data).rotate(270)),
    'a JPEG turned by EXIF 8': await turned(8, sharp(data).rotate(90)),
    'a JPEG behind 5,000 empty comments': {
      data: own(
        Buffer.concat([data.subarray(0, 2), Buffer.alloc(20_000, 'fffe0002', 'hex'), data.subarray(2)]),
      ),
      ...sized,
    },
    'a JPEG with a ZIP behind it': {
      data: own(Buffer.concat([data, Buffer.from('PK\x03\x04'.repeat(1000), 'latin1')])),
      ...sized,
    },
  };
}

/** Claims this size in a baseline JPEG's frame header. */
function withJpegSize(jpeg: Uint8Array<ArrayBuffer>, edgePx: number): Uint8Array<ArrayBuffer> {
  const changed = own(jpeg);
  const at = Buffer.from(changed.buffer).indexOf(Buffer.from([0xff, 0xc0]));
  const view = new DataView(changed.buffer);
  view.setUint16(at + 5, edgePx);
  view.setUint16(at + 7, edgePx);
  return changed;
}

/** An 8-bit RGB PNG of this size and this compressed pixel data, with further chunks before it. */
export function pngOf(
  width: number,
  height: number,
  compressed: Uint8Array,
  further: readonly Uint8Array[] = [],
): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = 2;
  return own(
    Buffer.concat([
      Buffer.from('89504e470d0a1a0a', 'hex'),
      pngChunk('IHDR', header),
      ...further,
      pngChunk('IDAT', compressed),
      pngChunk('IEND', Buffer.alloc(0)),
    ]),
  );
}

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

/** Puts a chunk right behind the header. */
function withChunk(png: Uint8Array, chunk: Uint8Array): Buffer {
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes);
}
