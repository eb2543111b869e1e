import sharp from 'sharp';
import { describe, expect, it, test } from 'vitest';
import { preparePicture } from '../../src/analysis/skin-providers/prepare-picture.ts';
import { takeJpeg } from '../support/jpeg-segments.ts';

type Rgb = { readonly r: number; readonly g: number; readonly b: number };
const GREY: Rgb = { r: 120, g: 120, b: 120 };

const plain = (width: number, height: number, background: Rgb = GREY) =>
  sharp({ create: { width, height, channels: 3, background } });

/** Nothing in it compresses. */
function noisy(width: number, height: number): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  let state = 1;
  for (let i = 0; i < pixels.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    pixels[i] = state >>> 24;
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

function quantisation(jpeg: Uint8Array): string[] {
  return takeJpeg(jpeg)
    .segments.filter(({ marker }) => marker === 0xdb)
    .map(({ payload }) => Buffer.from(payload).toString('hex'));
}

async function tablesOf(quality: number): Promise<string[]> {
  return quantisation(await plain(16, 16).jpeg({ quality }).toBuffer());
}

async function pixel(jpeg: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * info.channels;
  return [...data.subarray(at, at + 3)];
}

describe('preparePicture', () => {
  test.each([
    ['wider than 1024', 3000, 1500, 1024, 512],
    ['smaller than all limits', 800, 600, 800, 600],
    ['higher than 1920', 1000, 2400, 800, 1920],
    ['too wide, and then still too high', 2000, 5000, 768, 1920],
    ['just wide enough', 480, 600, 480, 600],
    ['just wide enough when it is scaled', 1000, 4000, 480, 1920],
  ])('scales what is %s down only', async (_, width, height, preparedWidth, preparedHeight) => {
    const jpeg = await preparePicture(await plain(width, height).png().toBuffer());
    expect(await sharp(jpeg).metadata()).toMatchObject({
      format: 'jpeg',
      width: preparedWidth,
      height: preparedHeight,
    });
  });

  test.each([
    ['as it is', 479, 600],
    ['after its height has been cut', 900, 4000],
  ])('refuses what is narrower than 480 px %s', async (_, width, height) => {
    const picture = await plain(width, height).png().toBuffer();
    await expect(preparePicture(picture)).rejects.toMatchObject({
      code: 'image-too-small',
      retryable: false,
    });
  });

  it('goes by the width that is seen', async () => {
    const turned = (width: number, height: number) =>
      plain(width, height).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    await expect(preparePicture(await turned(600, 479))).rejects.toMatchObject({ code: 'image-too-small' });
    const { width, height } = await sharp(await preparePicture(await turned(479, 600))).metadata();
    expect([width, height]).toEqual([600, 479]);
  });

  it('turns a picture as it is to be seen, and keeps nothing that its camera wrote', async () => {
    const red = await plain(300, 480, { r: 250, g: 0, b: 0 }).png().toBuffer();
    const stored = await plain(600, 480)
      .composite([{ input: red, left: 0, top: 0 }])
      .withExif({ IFD0: { Make: 'SecretCamera' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const jpeg = await preparePicture(stored);
    const { width, height, exif, icc, xmp, orientation } = await sharp(jpeg).metadata();
    expect({ width, height, exif, icc, xmp, orientation }).toEqual({ width: 480, height: 600 });
    expect(takeJpeg(jpeg).segments.map(({ marker }) => marker)).not.toContain(0xe1);
    // Turned to the right, what was on the left is at the top.
    expect((await pixel(jpeg, 240, 50))[0]).toBeGreaterThan(230);
    expect((await pixel(jpeg, 240, 550))[0]).toBeLessThan(140);
  });

  it('puts what is transparent on white', async () => {
    const png = await sharp({
      create: { width: 500, height: 500, channels: 4, background: { ...GREY, alpha: 0 } },
    })
      .png()
      .toBuffer();
    expect(Math.min(...(await pixel(await preparePicture(png), 250, 250)))).toBeGreaterThan(250);
  });

  it('has a quality of 95, and less only as far as the bytes demand', async () => {
    const picture = await noisy(600, 600);
    const best = await preparePicture(picture);
    expect(quantisation(best)).toEqual(await tablesOf(95));
    const next = await preparePicture(picture, { maxBytes: best.length - 1 });
    expect(quantisation(next)).toEqual(await tablesOf(85));
    expect(next.length).toBeLessThan(best.length);
    const third = await preparePicture(picture, { maxBytes: next.length - 1 });
    expect(quantisation(third)).toEqual(await tablesOf(75));
    await expect(preparePicture(picture, { maxBytes: 10_000 })).rejects.toMatchObject({
      code: 'payload-too-large',
    });
  });

  test.each([
    ['WebP', () => plain(600, 600).webp().toBuffer(), 'image-unsupported'],
    ['GIF', () => plain(600, 600).gif().toBuffer(), 'image-unsupported'],
    ['nothing', async () => Buffer.alloc(0), 'image-unsupported'],
    ['half a JPEG', async () => cut(await plain(600, 600).jpeg().toBuffer()), 'image-corrupt'],
    ['half a PNG', async () => cut(await noisy(600, 600)), 'image-corrupt'],
    ['a PNG of 100 million pixels', () => plain(10_000, 10_000).png().toBuffer(), 'image-too-large'],
  ])('refuses %s', async (_, picture, code) => {
    await expect(preparePicture(await picture())).rejects.toMatchObject({ code, retryable: false });
  });
});

function cut(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length >> 1);
}
