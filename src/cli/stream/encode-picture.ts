import sharp from 'sharp';
import { FramegateError } from '../../protocol/framegate-error.ts';
import type { EncodedPicture, Picture } from './picture-source.ts';

/** Pixels, or an image file's bytes. */
export type PictureInput =
  | { readonly encoded: Uint8Array }
  | { readonly rgb: Uint8Array; readonly width: number; readonly height: number };

/** A picture that is encoded by sharp when the node wants it; a frame of the same size is encoded once. */
export function encodePicture(input: PictureInput, atMs: number, name: string): Picture {
  const frames = new Map<string, Promise<EncodedPicture & { format: 'jpeg' }>>();
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
      for (const quality of [95, 85, 70]) {
        const still = await encode(input, name, { maxWidth, maxHeight, quality });
        if (still.data.length <= maxBytes) return still;
      }
      return encode(input, name, { maxWidth: maxWidth / 2, maxHeight: maxHeight / 2, quality: 70 });
    },
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
): Promise<EncodedPicture & { format: 'jpeg' }> {
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
