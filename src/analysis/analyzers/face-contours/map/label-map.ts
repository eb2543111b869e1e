import sharp from 'sharp';
import { FramegateError } from '../../../../protocol/framegate-error.ts';
import { checkImage, type DecodeLimits } from '../../../../vision/decode-image.ts';
import { pngColours } from './png-colours.ts';

/** What each pixel belongs to. */
export interface LabelMap {
  readonly width: number;
  readonly height: number;
  /** Index into `labels`, one a pixel; 0 is the background. */
  readonly indices: Uint8Array;
  /** The caller's labels by index; the first is 0. */
  readonly labels: readonly number[];
}

/** More than any face has; a picture that is no map has thousands. */
export const MAX_MAP_LABELS = 200;
const OPAQUE = 128;

/**
 * Decodes a segmentation map, a PNG or a lossless WebP:
 * - grey: the value is the label (of 1, 2, 4, 8 or 16 bits);
 * - palette: the index is the label;
 * - colours: black is 0, the others are numbered from 1 by red, green and blue.
 * What is transparent is background.
 * Rejects with image-* as decodeImage, image-unsupported for a JPEG, and request-invalid for more than 200 labels.
 */
export async function readLabelMap(data: Uint8Array, limits: DecodeLimits): Promise<LabelMap> {
  const header = checkImage(data, limits);
  if (header.format === 'jpeg') {
    throw new FramegateError(
      'image-unsupported',
      'a segmentation map has to be a PNG: a JPEG has no exact values',
    );
  }
  const colours = header.format === 'png' ? pngColours(data) : null;
  const { pixels, channels, width, height } = await rawPixels(data, limits, colours?.depth === 16);
  if (colours?.palette) return byColour(pixels, channels, width, height, labelsOfPalette(colours.palette));
  if (channels <= 2 || isGrey(pixels, channels)) {
    return byValue(pixels, channels, width, height, greyStep(colours?.depth ?? 8));
  }
  return byColour(pixels, channels, width, height, null);
}

type Pixels = Uint8Array | Uint16Array;

async function rawPixels(data: Uint8Array, { maxPixels, timeoutMs }: DecodeLimits, isDeep: boolean) {
  const { data: bytes, info } = await sharp(data, { limitInputPixels: maxPixels, failOn: 'error' })
    .toColourspace(isDeep ? 'rgb16' : 'srgb')
    .timeout({ seconds: Math.max(1, Math.ceil(timeoutMs / 1000)) })
    .raw({ depth: isDeep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw new FramegateError('image-corrupt', 'the segmentation map is truncated or damaged', { cause });
    });
  const pixels: Pixels = isDeep
    ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)
    : bytes;
  return { pixels, channels: info.channels, width: info.width, height: info.height };
}

/** Narrow greys are spread over 0..255 as they are decoded. */
function greyStep(depth: number): number {
  return depth < 8 ? 255 / (2 ** depth - 1) : 1;
}

function isGrey(pixels: Pixels, channels: number): boolean {
  for (let at = 0; at < pixels.length; at += channels) {
    if (pixels[at] !== pixels[at + 1] || pixels[at] !== pixels[at + 2]) return false;
  }
  return true;
}

function isHidden(pixels: Pixels, channels: number, at: number): boolean {
  if (channels !== 2 && channels !== 4) return false;
  const alpha = pixels[at + channels - 1]!;
  return (pixels instanceof Uint16Array ? alpha / 257 : alpha) < OPAQUE;
}

function byValue(pixels: Pixels, channels: number, width: number, height: number, step: number): LabelMap {
  return indexed(pixels, channels, width, height, (at) => Math.round(pixels[at]! / step));
}

function labelsOfPalette(palette: readonly number[]): Map<number, number> {
  const labels = new Map<number, number>();
  // Where two entries look alike, nobody could tell them apart in the picture either.
  palette.forEach((colour, index) => {
    if (!labels.has(colour)) labels.set(colour, index);
  });
  return labels;
}

/** @param known labels by colour; null: numbered as they come in order of red, green and blue */
function byColour(
  pixels: Pixels,
  channels: number,
  width: number,
  height: number,
  known: ReadonlyMap<number, number> | null,
): LabelMap {
  const shift = pixels instanceof Uint16Array ? 257 : 1;
  const colourAt = (at: number) =>
    (Math.round(pixels[at]! / shift) << 16) |
    (Math.round(pixels[at + 1]! / shift) << 8) |
    Math.round(pixels[at + 2]! / shift);
  const map = indexed(pixels, channels, width, height, colourAt);
  if (known !== null) return { ...map, labels: map.labels.map((colour) => known.get(colour) ?? 0) };
  const inOrder = map.labels.filter((colour) => colour !== 0).sort((a, b) => a - b);
  return { ...map, labels: map.labels.map((colour) => inOrder.indexOf(colour) + 1) };
}

function indexed(
  pixels: Pixels,
  channels: number,
  width: number,
  height: number,
  valueAt: (at: number) => number,
): LabelMap {
  const indices = new Uint8Array(width * height);
  const labels = [0];
  const known = new Map([[0, 0]]);
  let [lastValue, lastIndex] = [0, 0];
  for (let i = 0, at = 0; i < indices.length; i++, at += channels) {
    const value = isHidden(pixels, channels, at) ? 0 : valueAt(at);
    if (value !== lastValue) {
      lastValue = value;
      let index = known.get(value);
      if (index === undefined) {
        index = labels.push(value) - 1;
        known.set(value, index);
        if (labels.length > MAX_MAP_LABELS) throw tooManyLabels();
      }
      lastIndex = index;
    }
    indices[i] = lastIndex;
  }
  return { width, height, indices, labels };
}

function tooManyLabels(): FramegateError {
  return new FramegateError(
    'request-invalid',
    `the segmentation map has more than ${MAX_MAP_LABELS} labels: it may not be shaded, scaled or dithered`,
  );
}
