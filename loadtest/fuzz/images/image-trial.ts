import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import { DEFAULT_DECODE_LIMITS, type DecodedImage, decodeImage } from '../../../src/vision/decode-image.ts';
import { withoutMetadata } from '../../../src/vision/without-metadata.ts';
import type { CraftedImage } from '../../../test/support/crafted-image.ts';
import { ensure } from '../fuzz-target.ts';

/** All that an image may be refused with. */
const IMAGE_CODES: readonly string[] = [
  'image-unsupported',
  'image-corrupt',
  'image-too-small',
  'image-too-large',
  'image-size-mismatch',
  'image-animated',
  'payload-too-large',
  'decode-timeout',
];
/** What a stripped image may have more than the original: an orientation of its own. */
const MAX_ADDED_BYTES = 64;

/** `picture`, or the code that it was refused with. */
export type Outcome = string;

/** Decodes the image and strips it. Throws what must not be; gives what became of it. */
export async function tryImage(
  image: CraftedImage,
): Promise<{ readonly outcome: Outcome; readonly decodeMs: number }> {
  const startedMs = performance.now();
  const decoded = await decode(image, image.data);
  const decodeMs = performance.now() - startedMs;
  const stripped = withoutMetadata(image.data);
  ensure(stripped.length <= image.data.length + MAX_ADDED_BYTES, 'stripped, it is larger');
  if (typeof decoded === 'string') return { outcome: decoded, decodeMs };
  const again = await decode(image, stripped);
  ensure(typeof again !== 'string', () => `stripped, it is refused with ${again}`);
  ensure(Buffer.compare(again.data, decoded.data) === 0, 'stripped, it is another picture');
  return { outcome: 'picture', decodeMs };
}

async function decode(image: CraftedImage, data: Uint8Array): Promise<DecodedImage | Outcome> {
  const { format, width, height } = image;
  try {
    const decoded = await decodeImage(data, DEFAULT_DECODE_LIMITS, { format, width, height });
    ensureWithinLimits(decoded);
    return decoded;
  } catch (thrown) {
    return imageCode(thrown);
  }
}

/** Of an error that an image may be refused with; throws any other. */
export function imageCode(thrown: unknown): Outcome {
  if (!(thrown instanceof FramegateError)) throw thrown;
  ensure(IMAGE_CODES.includes(thrown.code), `refused with ${thrown.code}`);
  return thrown.code;
}

function ensureWithinLimits({ data, width, height }: DecodedImage): void {
  ensure(width >= 1 && height >= 1, `a picture of ${width} × ${height}`);
  ensure(Math.max(width, height) <= DEFAULT_DECODE_LIMITS.maxEdgePx, `a picture of ${width} × ${height}`);
  ensure(data.length === width * height * 3, `${data.length} bytes for ${width} × ${height}`);
}

/** Whether that is what had to come of it. */
export function isExpected({ expected }: CraftedImage, outcome: Outcome): boolean {
  return expected === 'either' || expected === outcome;
}
