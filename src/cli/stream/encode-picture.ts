import sharp from 'sharp';
import type { EncodedFrame, EncodedPicture } from '../../../client/sdk/picture.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import type { SourcePicture } from './picture-source.ts';

/** Pixels, or an image file's bytes. */
export type PictureInput =
  | { readonly encoded: Uint8Array }
  | { readonly rgb: Uint8Array; readonly width: number; readonly height: number };

/** Rather coarser than smaller, as long as it shows something. */
const STILL_TRIES = [
  { scale: 1, quality: 95 },
  { scale: 1, quality: 85 },
  { scale: 1, quality: 70 },
  { scale: 0.7, quality: 70 },
  { scale: 0.5, quality: 70 },
  { scale: 0.35, quality: 60 },
  { scale: 0.25, quality: 50 },
] as const;

/** A picture that is encoded by sharp when the node wants it; a frame of the same size is encoded once. */
export function encodePicture(input: PictureInput, atMs: number, name: string): SourcePicture {
  const frames = new Map<string, Promise<EncodedFrame>>();
  return {
    atMs,
    frame(maxEdge, quality) {
      const key = `${maxEdge}/${quality}`;
      const known = frames.get(key);
      if (known !== undefined) return known;
      const encoded = encode(input, name, { maxWidth: maxEdge, maxHeight: maxEdge, quality });
      frames.set(key, encoded);
      return encoded;
    },
    async still({ maxBytes, maxWidth, maxHeight }) {
      const untouched = await untouchedStill(input, maxBytes, maxWidth, maxHeight);
      if (untouched !== null) return untouched;
      let still: EncodedPicture | null = null;
      for (const { scale, quality } of STILL_TRIES) {
        still = await encode(input, name, {
          maxWidth: maxWidth * scale,
          maxHeight: maxHeight * scale,
          quality,
        });
        if (still.data.length <= maxBytes) break;
        // The limits may be far above the picture: half of them is to be half of the picture.
        maxWidth = Math.min(maxWidth, still.width / scale);
        maxHeight = Math.min(maxHeight, still.height / scale);
      }
      return still!;
    },
    // Bytes are the garbage collector's.
    close() {},
  };
}

/** The file as it is, where the node takes it: every new encoding costs detail. */
async function untouchedStill(
  input: PictureInput,
  maxBytes: number,
  maxWidth: number,
  maxHeight: number,
): Promise<EncodedPicture | null> {
  if (!('encoded' in input) || input.encoded.length > maxBytes) return null;
  const { format, autoOrient } = await sharp(input.encoded).metadata();
  if (format !== 'jpeg' && format !== 'png' && format !== 'webp') return null;
  if (autoOrient.width > maxWidth || autoOrient.height > maxHeight) return null;
  return { data: input.encoded, width: autoOrient.width, height: autoOrient.height, format };
}

async function encode(
  input: PictureInput,
  name: string,
  { maxWidth, maxHeight, quality }: { maxWidth: number; maxHeight: number; quality: number },
): Promise<EncodedFrame> {
  const opened =
    'encoded' in input
      ? sharp(input.encoded).autoOrient()
      : sharp(input.rgb, { raw: { width: input.width, height: input.height, channels: 3 } });
  try {
    const { data, info } = await opened
      .resize({
        width: Math.floor(maxWidth),
        height: Math.floor(maxHeight),
        fit: 'inside',
        withoutEnlargement: true,
      })
      .flatten({ background: '#fff' })
      .toColourspace('srgb')
      .jpeg({ quality })
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, format: 'jpeg' };
  } catch (cause) {
    throw new FramegateError('image-corrupt', `${name} cannot be read as an image`, { cause });
  }
}
