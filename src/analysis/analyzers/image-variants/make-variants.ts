import sharp, { type OutputInfo, type ResizeOptions, type Sharp } from 'sharp';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import {
  IMAGE_SIZES,
  type ImageSize,
  type ImageVariant,
  type ProcessedImage,
} from '../../../protocol/image-records.ts';
import { checkImage, DEFAULT_DECODE_LIMITS, translateSharpError } from '../../../vision/decode-image.ts';
import { orientedSize } from '../../../vision/image-header.ts';
import { withoutMetadata } from '../../../vision/without-metadata.ts';

export interface VariantOptions {
  readonly webpQuality: number;
  readonly avif: boolean;
  /** In pixels of the upright image; applied before the turn. */
  readonly crop: Rectangle | null;
  readonly rotateDeg: 0 | 90 | 180 | 270;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface MadeVariant extends ImageVariant {
  readonly size: ImageSize;
  readonly data: Uint8Array;
}

export interface MadeVariants extends Omit<ProcessedImage, 'variants' | 'avif' | 'completedAtMs'> {
  readonly variants: readonly MadeVariant[];
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface RawPicture {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: OutputInfo['channels'];
}

/**
 * Of WebP's 0..6. 2 takes three fifths of the time of the usual 4, and its files are 4 % larger; the quality setting,
 * which decides on what is seen, is the same.
 */
const WEBP_EFFORT = 2;
const AVIF_QUALITY = 60;
const AVIF_EFFORT = 2;
const AVIF_SIZES: readonly ImageSize[] = ['thumbnail', 'medium', 'large'];
/** WebP has no room for longer sides; only strips are that long. */
const MAX_ENCODED_EDGE = 16_383;
const TIMEOUT_SECONDS = 30;

/**
 * The four sizes of an image, upright, never enlarged, in sRGB, with nothing in them but pixels. Two decodings side by
 * side, one for each core: the original's, and one that a JPEG does at a fraction of its size, from which the three smaller
 * ones are made, each from the next larger. Rejects with image-*, payload-too-large, decode-timeout or request-invalid
 * (a crop beyond the image).
 */
export async function makeVariants(bytes: Uint8Array, options: VariantOptions): Promise<MadeVariants> {
  const header = checkImage(bytes, {
    ...DEFAULT_DECODE_LIMITS,
    maxBytes: Number.POSITIVE_INFINITY,
    minEdgePx: 1,
  });
  const upright = orientedSize(header);
  refuseCrop(options.crop, upright);
  // libexif follows directories that point at themselves for minutes.
  const bare = withoutMetadata(bytes);
  const open = () => prepared(bare, upright, options);
  try {
    const [original, smaller] = await Promise.all([
      encode('original', open().resize(widthOf('original')), options.webpQuality),
      makeSmaller(open(), options),
    ]);
    return {
      dominantColor: smaller.dominantColor,
      originalWidth: upright.width,
      originalHeight: upright.height,
      variants: [...smaller.variants, original],
    };
  } catch (thrown) {
    throw thrown instanceof FramegateError ? thrown : translateSharpError(thrown);
  }
}

function prepared(bytes: Uint8Array, upright: Size, { crop, rotateDeg }: VariantOptions): Sharp {
  let pipeline = sharp(bytes, {
    limitInputPixels: DEFAULT_DECODE_LIMITS.maxPixels,
    failOn: 'error',
  }).autoOrient();
  if (rotateDeg !== 0) pipeline = pipeline.rotate(rotateDeg);
  // Sharp forgets a turn that stands between a crop and a resize, so the turn comes first and the crop is turned with it.
  if (crop !== null) {
    const { x, y, width, height } = turned(crop, upright, rotateDeg);
    pipeline = pipeline.extract({ left: x, top: y, width, height });
  }
  return pipeline.timeout({ seconds: TIMEOUT_SECONDS });
}

/** Where a rectangle of the image lies once the image is turned clockwise. */
function turned(
  { x, y, width, height }: Rectangle,
  image: Size,
  rotateDeg: VariantOptions['rotateDeg'],
): Rectangle {
  const right = image.width - x - width;
  const below = image.height - y - height;
  switch (rotateDeg) {
    case 0:
      return { x, y, width, height };
    case 90:
      return { x: below, y: x, width: height, height: width };
    case 180:
      return { x: right, y: below, width, height };
    case 270:
      return { x: y, y: right, width: height, height: width };
  }
}

async function makeSmaller(
  pipeline: Sharp,
  { webpQuality, avif }: VariantOptions,
): Promise<{ readonly dominantColor: string; readonly variants: readonly MadeVariant[] }> {
  const large = await rawOf(pipeline.resize(widthOf('large')));
  const medium = await rawOf(fromRaw(large).resize(widthOf('medium')));
  const thumbnail = await rawOf(fromRaw(medium).resize(widthOf('thumbnail')));
  const pictures = { thumbnail, medium, large } as const;
  const variants: MadeVariant[] = [];
  for (const size of ['thumbnail', 'medium', 'large'] as const) {
    variants.push(await encode(size, fromRaw(pictures[size]), webpQuality));
    if (avif && AVIF_SIZES.includes(size)) variants.push(await encodeAvif(size, fromRaw(pictures[size])));
  }
  return { dominantColor: await dominantColor(thumbnail), variants };
}

function widthOf(size: ImageSize): ResizeOptions {
  return { width: IMAGE_SIZES[size], height: MAX_ENCODED_EDGE, fit: 'inside', withoutEnlargement: true };
}

async function rawOf(pipeline: Sharp): Promise<RawPicture> {
  const { data, info } = await pipeline
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

function fromRaw({ data, width, height, channels }: RawPicture): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

async function encode(size: ImageSize, pipeline: Sharp, quality: number): Promise<MadeVariant> {
  const encoded = await pipeline.webp({ quality, effort: WEBP_EFFORT }).toBuffer({ resolveWithObject: true });
  return variantOf(size, 'webp', encoded);
}

async function encodeAvif(size: ImageSize, pipeline: Sharp): Promise<MadeVariant> {
  const encoded = await pipeline
    .avif({ quality: AVIF_QUALITY, effort: AVIF_EFFORT })
    .toBuffer({ resolveWithObject: true });
  return variantOf(size, 'avif', encoded);
}

function variantOf(
  size: ImageSize,
  format: 'webp' | 'avif',
  { data, info: { width, height } }: { data: Buffer; info: OutputInfo },
): MadeVariant {
  const aspectRatio = Math.round((width / height) * 10_000) / 10_000;
  return { size, format, data, width, height, aspect_ratio: aspectRatio, size_bytes: data.length };
}

/**
 * The middle of the fullest of 4,096 bins of colour: what most of the picture is like, not what its mean would be. What is
 * transparent counts as white, whatever colour hides behind it.
 */
async function dominantColor(picture: RawPicture): Promise<string> {
  // Statistics are those of a pipeline's input, before anything that is done in it.
  const seen = await rawOf(fromRaw(picture).flatten({ background: 'white' }));
  const { dominant } = await fromRaw(seen).stats();
  const hex = [dominant.r, dominant.g, dominant.b].map((value) => value.toString(16).padStart(2, '0'));
  return `#${hex.join('').toUpperCase()}`;
}

function refuseCrop(crop: Rectangle | null, { width, height }: Size): void {
  if (crop === null || (crop.x + crop.width <= width && crop.y + crop.height <= height)) return;
  throw new FramegateError(
    'request-invalid',
    `the crop lies outside of the image of ${width} × ${height} px`,
  );
}
