import sharp, { type Sharp } from 'sharp';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { checkImage, DEFAULT_DECODE_LIMITS, translateSharpError } from '../../vision/decode-image.ts';
import { orientedSize } from '../../vision/image-header.ts';
import { withoutMetadata } from '../../vision/without-metadata.ts';

const MAX_WIDTH_PX = 1024;
const MAX_HEIGHT_PX = 1920;
const MIN_WIDTH_PX = 480;
/** Providers take less than 10 MB, and do not say which. */
const MAX_BYTES = 10_000_000;
const QUALITIES = [95, 85, 75, 65, 50] as const;
const TIMEOUT_SECONDS = 30;

/**
 * A JPEG or PNG as skin providers take it: upright, on white, in sRGB, with nothing in it but pixels, at most 1024 px wide
 * and 1920 px high, never enlarged. A JPEG of quality 95, or less where that has more than `maxBytes`.
 * Rejects with image-unsupported, image-corrupt, image-animated, image-too-large (50 million pixels), image-too-small (it
 * would be narrower than 480 px), decode-timeout, or payload-too-large where no quality is small enough.
 */
export async function preparePicture(
  bytes: Uint8Array,
  { maxBytes = MAX_BYTES }: { readonly maxBytes?: number } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  checkPicture(bytes);
  // libexif follows directories that point at themselves for minutes.
  const picture = scaled(withoutMetadata(bytes));
  try {
    for (const quality of QUALITIES) {
      const jpeg = await picture.clone().jpeg({ quality }).toBuffer();
      // A copy of its own: sharp's buffer may share its memory.
      if (jpeg.length <= maxBytes) return Uint8Array.from(jpeg);
    }
  } catch (thrown) {
    throw translateSharpError(thrown);
  }
  throw new FramegateError('payload-too-large', `no JPEG of the image has at most ${maxBytes} bytes`);
}

/** What preparePicture refuses by the header alone; what is refused is not decoded. Throws as it rejects. */
export function checkPicture(bytes: Uint8Array): void {
  const header = checkImage(bytes, {
    ...DEFAULT_DECODE_LIMITS,
    maxBytes: Number.POSITIVE_INFINITY,
    minEdgePx: 1,
  });
  if (header.format === 'webp') {
    throw new FramegateError('image-unsupported', 'the bytes are not a JPEG or PNG image');
  }
  refuseNarrow(orientedSize(header));
}

function scaled(bytes: Uint8Array): Sharp {
  return sharp(bytes, { limitInputPixels: DEFAULT_DECODE_LIMITS.maxPixels, failOn: 'error' })
    .autoOrient()
    .flatten({ background: 'white' })
    .resize({ width: MAX_WIDTH_PX, height: MAX_HEIGHT_PX, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .timeout({ seconds: TIMEOUT_SECONDS });
}

function refuseNarrow({ width, height }: { readonly width: number; readonly height: number }): void {
  const scale = Math.min(1, MAX_WIDTH_PX / width, MAX_HEIGHT_PX / height);
  if (Math.round(width * scale) >= MIN_WIDTH_PX) return;
  throw new FramegateError(
    'image-too-small',
    `the image is narrower than ${MIN_WIDTH_PX} pixels when it is at most ${MAX_HEIGHT_PX} high`,
    { details: { width, height } },
  );
}
