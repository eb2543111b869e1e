import sharp from 'sharp';
import { FramegateError } from '../protocol/framegate-error.ts';
import { type ImageHeader, orientedSize, readImageHeader } from './image-header.ts';
import type { JpegDecoder } from './jpeg-decoder.ts';
import { isPlainJpeg } from './plain-jpeg.ts';
import type { ImageFormat, RgbImage } from './types.ts';
import { withoutMetadata } from './without-metadata.ts';

export interface DecodeLimits {
  readonly maxBytes: number;
  /** Of the stored image, before any shrinking. */
  readonly maxPixels: number;
  readonly minEdgePx: number;
  readonly timeoutMs: number;
  /** The decoded picture's longer side is at most this; larger images are shrunk while they are decoded. */
  readonly maxEdgePx: number;
}

export const DEFAULT_DECODE_LIMITS: DecodeLimits = {
  maxBytes: 10 * 1024 * 1024,
  maxPixels: 50_000_000,
  minEdgePx: 32,
  timeoutMs: 5_000,
  maxEdgePx: 1_920,
};

/** What the sender said of an image. `width` and `height` are those that a viewer shows. */
export interface DeclaredImage {
  readonly format?: ImageFormat;
  readonly width?: number;
  readonly height?: number;
}

export interface DecodedImage extends RgbImage {
  readonly format: ImageFormat;
  /** The whole image's size after its EXIF orientation, before shrinking. */
  readonly sourceWidth: number;
  readonly sourceHeight: number;
}

// Process-wide switches of libvips. One thread an image: the pool's threads are the parallelism. No cache of
// operations: no two frames are alike, and memory has to stay flat.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Decodes a JPEG, PNG or WebP image to 8-bit sRGB, upright by its EXIF orientation, alpha over white.
 *
 * The magic bytes decide on the format; a declared format is a hint that is not held against the image. A
 * declared width or height is compared with the oriented size.
 * Rejects with FramegateError: payload-too-large, image-unsupported, image-corrupt, image-animated,
 * image-too-small, image-too-large, image-size-mismatch, decode-timeout.
 */
export async function decodeImage(
  data: Uint8Array,
  limits: DecodeLimits,
  declared?: DeclaredImage,
): Promise<DecodedImage> {
  return (await startDecoding(data, limits, declared, null).finish()).image;
}

/** A picture that has been checked, and is decoded when its turn comes. */
export interface Decoding {
  /**
   * Call it once. With a decoder that keeps its pixels, the picture holds until the next one is finished.
   * `decodeMs` is the decoder's own time, not the wait for it.
   */
  finish(): Promise<{ readonly image: DecodedImage; readonly decodeMs: number }>;
}

/** A frame of 1,024 × 1,024; larger pictures are stills, which are decoded exactly. */
const MAX_QUICK_PIXELS = 1024 * 1024;

/**
 * Checks the image, and sets threads of libvips to work on it unless it is a plain JPEG of a frame's size and a quick
 * decoder is given: that one takes half a millisecond in `finish`, on the calling thread. Throws and rejects as
 * decodeImage.
 */
export function startDecoding(
  data: Uint8Array,
  limits: DecodeLimits,
  declared: DeclaredImage | undefined,
  jpegDecoder: JpegDecoder | null,
): Decoding {
  const startedMs = performance.now();
  const header = checkImage(data, limits, declared);
  const checkMs = performance.now() - startedMs;
  const bySharp = async () => {
    const image = await decodeBySharp(data, header, limits);
    return { image, decodeMs: performance.now() - startedMs };
  };
  if (jpegDecoder !== null && isQuick(data, header, limits)) {
    return {
      async finish() {
        const turnMs = performance.now();
        const decoded = jpegDecoder.decode(data, header.width, header.height);
        if (decoded === null) return bySharp();
        const { width, height } = decoded;
        const image = { ...decoded, format: header.format, sourceWidth: width, sourceHeight: height };
        return { image, decodeMs: checkMs + performance.now() - turnMs };
      },
    };
  }
  const decoding = bySharp();
  // Whoever calls `finish` hears of it; until then nobody listens.
  decoding.catch(() => {});
  return { finish: () => decoding };
}

function isQuick(
  data: Uint8Array,
  { format, width, height, orientation }: ImageHeader,
  limits: DecodeLimits,
): boolean {
  return (
    format === 'jpeg' &&
    orientation === 1 &&
    width * height <= MAX_QUICK_PIXELS &&
    Math.max(width, height) <= limits.maxEdgePx &&
    isPlainJpeg(data)
  );
}

async function decodeBySharp(
  data: Uint8Array,
  header: ImageHeader,
  limits: DecodeLimits,
): Promise<DecodedImage> {
  const source = orientedSize(header);
  // libexif follows directories that point at themselves for minutes, and no timeout reaches it there.
  const bare = withoutMetadata(data);
  let pipeline = sharp(bare, { limitInputPixels: limits.maxPixels, failOn: 'error' });
  if (header.orientation !== 1) pipeline = pipeline.autoOrient();
  if (header.hasAlpha) pipeline = pipeline.flatten({ background: 'white' });
  if (Math.max(source.width, source.height) > limits.maxEdgePx) {
    pipeline = pipeline.resize({ width: limits.maxEdgePx, height: limits.maxEdgePx, fit: 'inside' });
  }
  pipeline = pipeline
    .toColourspace('srgb')
    .timeout({ seconds: Math.max(1, Math.ceil(limits.timeoutMs / 1000)) })
    .raw({ depth: 'uchar' });
  const { data: pixels, info } = await pipeline
    .toBuffer({ resolveWithObject: true })
    .catch((thrown: unknown) => {
      throw translateSharpError(thrown);
    });
  return {
    data: info.channels === 3 ? pixels : toThreeChannels(pixels, info.channels),
    width: info.width,
    height: info.height,
    format: header.format,
    sourceWidth: source.width,
    sourceHeight: source.height,
  };
}

/** Everything that can be refused without decoding. Throws as decodeImage. */
export function checkImage(data: Uint8Array, limits: DecodeLimits, declared?: DeclaredImage): ImageHeader {
  if (data.byteLength > limits.maxBytes) {
    throw new FramegateError('payload-too-large', `the image has more than ${limits.maxBytes} bytes`, {
      details: { bytes: data.byteLength, maxBytes: limits.maxBytes },
    });
  }
  const header = readImageHeader(data);
  if (header === 'unsupported') {
    throw new FramegateError('image-unsupported', 'the bytes are not a JPEG, PNG or WebP image');
  }
  if (header === 'corrupt') throw new FramegateError('image-corrupt', 'the image has no readable header');
  const details = { width: header.width, height: header.height };
  if (header.animated)
    throw new FramegateError('image-animated', 'the image has more than one frame', { details });
  if (header.width * header.height > limits.maxPixels) {
    throw new FramegateError('image-too-large', `the image has more than ${limits.maxPixels} pixels`, {
      details,
    });
  }
  if (Math.min(header.width, header.height) < limits.minEdgePx) {
    throw new FramegateError(
      'image-too-small',
      `a side of the image has fewer than ${limits.minEdgePx} pixels`,
      {
        details,
      },
    );
  }
  const size = orientedSize(header);
  const matches =
    (declared?.width === undefined || declared.width === size.width) &&
    (declared?.height === undefined || declared.height === size.height);
  if (!matches) {
    throw new FramegateError(
      'image-size-mismatch',
      'the declared width and height are not those of the image as a viewer shows it',
      { details: { ...size, declaredWidth: declared?.width, declaredHeight: declared?.height } },
    );
  }
  return header;
}

export function translateSharpError(thrown: unknown): FramegateError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (/timeout|timed out/i.test(message)) {
    return new FramegateError('decode-timeout', 'decoding took longer than the limit', { cause: thrown });
  }
  if (/pixel limit/i.test(message)) {
    return new FramegateError('image-too-large', 'the image has more pixels than the limit', {
      cause: thrown,
    });
  }
  return new FramegateError('image-corrupt', 'the image is truncated or damaged', { cause: thrown });
}

/** Greyscale comes with one channel (or two with alpha). */
function toThreeChannels(pixels: Uint8Array, channels: number): Uint8Array {
  const count = pixels.length / channels;
  const rgb = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) {
    const from = i * channels;
    rgb[i * 3] = pixels[from]!;
    rgb[i * 3 + 1] = pixels[channels > 2 ? from + 1 : from]!;
    rgb[i * 3 + 2] = pixels[channels > 2 ? from + 2 : from]!;
  }
  return rgb;
}
