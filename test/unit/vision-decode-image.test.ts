import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/protocol/error-codes.ts';
import { DEFAULT_DECODE_LIMITS, type DeclaredImage, decodeImage } from '../../src/vision/decode-image.ts';

const WIDTH = 96;
const HEIGHT = 64;

/** Red above, blue below, with a white square at the upper left, so that every turn of it looks different. */
function picture(): Sharp {
  const data = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const colour = x < 24 && y < 24 ? [255, 255, 255] : y < HEIGHT / 2 ? [190, 90, 80] : [80, 100, 160];
      data.set(colour, (y * WIDTH + x) * 3);
    }
  }
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
}

const jpeg = () => picture().jpeg({ quality: 92, chromaSubsampling: '4:4:4' });

async function decode(data: Uint8Array, declared?: DeclaredImage, limits = DEFAULT_DECODE_LIMITS) {
  const image = await decodeImage(data, limits, declared);
  expect(image.data.length).toBe(image.width * image.height * 3);
  return image;
}

function pixel(image: { data: Uint8Array; width: number }, x: number, y: number): number[] {
  return Array.from(image.data.subarray((y * image.width + x) * 3, (y * image.width + x) * 3 + 3));
}

function expectNear(found: number[], expected: number[], tolerance = 12): void {
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(found[i]! - value), `${found} is not near ${expected}`).toBeLessThanOrEqual(tolerance);
  }
}

async function expectRefused(
  data: Uint8Array,
  code: ErrorCode,
  declared?: DeclaredImage,
  limits = DEFAULT_DECODE_LIMITS,
) {
  await expect(decodeImage(data, limits, declared)).rejects.toMatchObject({ name: 'FramegateError', code });
}

describe('decodeImage takes', () => {
  it.each([
    ['JPEG', () => jpeg()],
    [
      'progressive JPEG',
      () => picture().jpeg({ progressive: true, quality: 92, chromaSubsampling: '4:4:4' }),
    ],
    ['CMYK JPEG', () => picture().toColourspace('cmyk').jpeg({ quality: 92 })],
    ['PNG', () => picture().png()],
    ['palette PNG', () => picture().png({ palette: true })],
    ['16-bit PNG', () => picture().toColourspace('rgb16').png()],
    ['lossy WebP', () => picture().webp({ quality: 95 })],
    ['lossless WebP', () => picture().webp({ lossless: true })],
  ])('%s', async (name, encode) => {
    const image = await decode(await encode().toBuffer());
    expect([image.width, image.height]).toEqual([WIDTH, HEIGHT]);
    // Inks cannot give every colour back.
    const tolerance = name.startsWith('CMYK') ? 30 : 16;
    expectNear(pixel(image, 10, 10), [255, 255, 255], tolerance);
    expectNear(pixel(image, 60, 10), [190, 90, 80], tolerance);
    expectNear(pixel(image, 60, 54), [80, 100, 160], tolerance);
  });

  it.each([
    ['greyscale JPEG', () => picture().greyscale().jpeg()],
    ['greyscale PNG', () => picture().greyscale().png()],
    ['16-bit greyscale PNG', () => picture().toColourspace('grey16').png()],
  ])('%s, as three equal channels', async (_, encode) => {
    const image = await decode(await encode().toBuffer());
    const [red, green, blue] = pixel(image, 60, 10);
    expect([green, blue]).toEqual([red, red]);
    expectNear(pixel(image, 10, 10), [255, 255, 255]);
  });

  it('alpha, over white', async () => {
    for (const encode of [
      picture().ensureAlpha(0).png(),
      picture().ensureAlpha(0).webp({ lossless: true }),
    ]) {
      expectNear(pixel(await decode(await encode.toBuffer()), 60, 54), [255, 255, 255]);
    }
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %i: upright', async (orientation) => {
    // Where the white square of the stored image comes to lie, by the meaning of the tag.
    const corner = { 1: [0, 0], 2: [1, 0], 3: [1, 1], 4: [0, 1], 5: [0, 0], 6: [1, 0], 7: [1, 1], 8: [0, 1] }[
      orientation
    ]!;
    for (const encode of [jpeg(), picture().png(), picture().webp({ quality: 95 })]) {
      const image = await decode(await encode.withMetadata({ orientation }).toBuffer());
      const size = orientation >= 5 ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT];
      expect([image.width, image.height]).toEqual(size);
      expect([image.sourceWidth, image.sourceHeight]).toEqual(size);
      const x = corner[0] === 0 ? 10 : image.width - 10;
      const y = corner[1] === 0 ? 10 : image.height - 10;
      expectNear(pixel(image, x, y), [255, 255, 255], 16);
    }
  });

  it('a declared format that is not true: the bytes decide', async () => {
    const image = await decode(await picture().png().toBuffer(), { format: 'jpeg' });
    expect(image.format).toBe('png');
  });

  it('a declared size as a viewer shows it, not as it is stored', async () => {
    const turned = await jpeg().withMetadata({ orientation: 6 }).toBuffer();
    await decode(turned, { width: HEIGHT, height: WIDTH });
    await expectRefused(turned, 'image-size-mismatch', { width: WIDTH, height: HEIGHT });
  });

  it('a large image, shrunk while decoding', async () => {
    const large = await picture().resize(1200, 800).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const image = await decode(
      large,
      { width: 800, height: 1200 },
      { ...DEFAULT_DECODE_LIMITS, maxEdgePx: 300 },
    );
    expect([image.width, image.height, image.sourceWidth, image.sourceHeight]).toEqual([200, 300, 800, 1200]);
  });
});

describe('decodeImage refuses', () => {
  it.each([
    ['no bytes', Buffer.alloc(0)],
    ['text', Buffer.from('not an image, however long this text may be')],
    ['GIF', Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>')],
  ])('%s as image-unsupported', async (_, data) => {
    await expectRefused(data, 'image-unsupported');
  });

  it.each([
    ['JPEG', () => jpeg()],
    ['PNG', () => picture().png()],
    ['WebP', () => picture().webp()],
  ])('a truncated %s as image-corrupt, wherever it ends', async (_, encode) => {
    const whole = await encode().toBuffer();
    for (const share of [0.1, 0.3, 0.5, 0.8]) {
      await expectRefused(whole.subarray(0, Math.max(13, Math.floor(whole.length * share))), 'image-corrupt');
    }
  });

  it('a damaged PNG as image-corrupt', async () => {
    const damaged = await picture().png().toBuffer();
    damaged[Math.floor(damaged.length / 2)]! ^= 0xff;
    await expectRefused(damaged, 'image-corrupt');
  });

  it('one pixel as image-too-small', async () => {
    const one = sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } });
    for (const encode of [one.clone().png(), one.clone().jpeg(), one.clone().webp()]) {
      await expectRefused(await encode.toBuffer(), 'image-too-small');
    }
  });

  it('a header that claims 40,000 × 40,000 pixels as image-too-large, without decoding', async () => {
    const png = await picture().png().toBuffer();
    png.writeUInt32BE(40_000, 16);
    png.writeUInt32BE(40_000, 20);
    const whole = await jpeg().toBuffer();
    const frame = whole.indexOf(Buffer.from([0xff, 0xc0]));
    whole.writeUInt16BE(40_000, frame + 5);
    whole.writeUInt16BE(40_000, frame + 7);
    const started = performance.now();
    await expectRefused(png, 'image-too-large');
    await expectRefused(whole, 'image-too-large');
    expect(performance.now() - started).toBeLessThan(50);
  });

  it('a header that claims more than the data holds as image-corrupt', async () => {
    const png = await picture().png().toBuffer();
    png.writeUInt32BE(5_000, 16);
    await expectRefused(png, 'image-corrupt');
  });

  it('animated WebP and PNG as image-animated', async () => {
    const pages = Buffer.alloc(64 * 128 * 3);
    pages.fill(200, 0, 64 * 64 * 3);
    const webp = await sharp(pages, { raw: { width: 64, height: 128, channels: 3, pageHeight: 64 } })
      .webp({ loop: 0, delay: [100, 100] })
      .toBuffer();
    await expectRefused(webp, 'image-animated');
    const png = await picture().png().toBuffer();
    const control = Buffer.from([0, 0, 0, 8, 0x61, 0x63, 0x54, 0x4c, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
    await expectRefused(Buffer.concat([png.subarray(0, 33), control, png.subarray(33)]), 'image-animated');
  });

  it('a wrong declared size as image-size-mismatch', async () => {
    const data = await jpeg().toBuffer();
    await expectRefused(data, 'image-size-mismatch', { width: WIDTH + 1, height: HEIGHT });
    await expectRefused(data, 'image-size-mismatch', { height: HEIGHT - 1 });
  });

  it('more bytes than the limit as payload-too-large', async () => {
    const data = await jpeg().toBuffer();
    await expectRefused(data, 'payload-too-large', undefined, {
      ...DEFAULT_DECODE_LIMITS,
      maxBytes: data.length - 1,
    });
  });
});

describe('memory', () => {
  it('stays flat over many frames and refusals', async () => {
    const data = await picture().resize(512, 384).jpeg().toBuffer();
    const cut = data.subarray(0, data.length >> 1);
    const run = async (count: number) => {
      for (let i = 0; i < count; i++) {
        await decodeImage(data, DEFAULT_DECODE_LIMITS);
        await decodeImage(cut, DEFAULT_DECODE_LIMITS).catch(() => {});
      }
    };
    await run(150);
    const before = process.memoryUsage().rss;
    await run(300);
    // 300 frames decoded are 177 MB: kept ones would show.
    expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(80);
  });
});
