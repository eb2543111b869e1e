import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { readImageHeader } from '../../src/vision/image-header.ts';
import { withoutMetadata } from '../../src/vision/without-metadata.ts';

const SECRET = 'GPS-52.5200-13.4050';
type Format = 'jpeg' | 'png' | 'webp';

async function picture(
  format: Format,
  orientation: number,
  options: { progressive?: boolean } = {},
): Promise<Buffer> {
  const pixels = Buffer.from(Array.from({ length: 60 * 40 * 3 }, (_, index) => (index * 7919) % 251));
  const image = sharp(pixels, { raw: { width: 60, height: 40, channels: 3 } })
    .toFormat(format, format === 'webp' ? { lossless: true } : options)
    .withExif({ IFD0: { Copyright: SECRET, ImageDescription: SECRET } })
    .withMetadata({ orientation, exif: { IFD0: { Copyright: SECRET } } });
  return image.toBuffer();
}

async function rawOf(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes).raw().toBuffer();
}

describe.each(['jpeg', 'png', 'webp'] as const)('%s', (format) => {
  test.each([1, 3, 6, 8])(
    'loses what the camera wrote and keeps pixels and orientation %i',
    async (orientation) => {
      const original = await picture(format, orientation);
      expect(original.includes(SECRET)).toBe(true);
      const bare = withoutMetadata(original);
      expect(Buffer.from(bare).includes(SECRET)).toBe(false);
      expect(readImageHeader(bare)).toEqual(readImageHeader(original));
      expect((await sharp(bare).metadata()).orientation ?? 1).toBe(orientation);
      expect(Buffer.compare(await rawOf(bare), await rawOf(original))).toBe(0);
    },
  );

  test('loses what follows the image', async () => {
    const original = await picture(format, 1);
    const bare = withoutMetadata(Buffer.concat([original, Buffer.from(SECRET)]));
    expect(Buffer.from(bare).includes(SECRET)).toBe(false);
    expect(Buffer.compare(await rawOf(bare), await rawOf(original))).toBe(0);
  });

  test('is the same when it is done twice', async () => {
    const once = withoutMetadata(await picture(format, 6));
    expect(Buffer.compare(withoutMetadata(once), once)).toBe(0);
  });
});

test('a progressive JPEG keeps all of its scans, and its colour profile', async () => {
  const original = await sharp(await picture('jpeg', 1, { progressive: true }))
    .jpeg({ progressive: true })
    .withIccProfile('p3')
    .toBuffer();
  const bare = withoutMetadata(original);
  expect(Buffer.compare(await rawOf(bare), await rawOf(original))).toBe(0);
  const [before, after] = [await sharp(original).metadata(), await sharp(bare).metadata()];
  expect(after.icc?.equals(before.icc!)).toBe(true);
  expect(after.isProgressive).toBe(true);
});

test('comments and thumbnails go', async () => {
  const original = await picture('jpeg', 1);
  const comment = Buffer.from(SECRET);
  const segment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, comment.length + 2]), comment]);
  const bare = withoutMetadata(Buffer.concat([original.subarray(0, 2), segment, original.subarray(2)]));
  expect(Buffer.from(bare).includes(SECRET)).toBe(false);
});

test('what is no image comes back as it was', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  expect(withoutMetadata(bytes)).toBe(bytes);
});
