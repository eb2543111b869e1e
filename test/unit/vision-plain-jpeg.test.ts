import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { isPlainJpeg } from '../../src/vision/plain-jpeg.ts';

const picture = () =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: { r: 190, g: 120, b: 90 } } });

/** A segment put behind the start of image. */
function withSegment(jpeg: Buffer, ...bytes: number[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from(bytes), jpeg.subarray(2)]);
}

describe('isPlainJpeg takes', () => {
  test.each([
    ['4:2:0', () => picture().jpeg()],
    ['4:4:4', () => picture().jpeg({ chromaSubsampling: '4:4:4' })],
    ['grey', () => picture().greyscale().jpeg()],
    [
      'EXIF',
      () =>
        picture()
          .jpeg()
          .withExif({ IFD0: { Copyright: 'nobody' } }),
    ],
  ])('%s', async (_name, make) => {
    expect(isPlainJpeg(await make().toBuffer())).toBe(true);
  });
});

describe('isPlainJpeg leaves to sharp', () => {
  test.each([
    ['progressive', () => picture().jpeg({ progressive: true })],
    ['CMYK', () => picture().toColourspace('cmyk').jpeg()],
    ['a colour profile', () => picture().jpeg().withIccProfile('p3')],
  ])('%s', async (_name, make) => {
    expect(isPlainJpeg(await make().toBuffer())).toBe(false);
  });

  test.each([
    ['a fill byte, which some take for a marker with a length', [0xff, 0xff]],
    ['a restart marker, which has no length', [0xff, 0xd0]],
    ['an Adobe marker', [0xff, 0xee, 0x00, 0x0e, ...Buffer.from('Adobe'), 0, 0, 0, 0, 0, 0, 0]],
    ['a height that follows later', [0xff, 0xdc, 0x00, 0x04, 0x00, 0x30]],
    ['arithmetic coding', [0xff, 0xcc, 0x00, 0x02]],
    ['an end before its beginning', [0xff, 0xd9]],
  ])('%s', async (_name, bytes) => {
    const jpeg = await picture().jpeg().toBuffer();
    expect(isPlainJpeg(withSegment(jpeg, ...bytes))).toBe(false);
  });

  test('scans of single components, of which there may be thousands', async () => {
    const jpeg = await picture().jpeg().toBuffer();
    const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]));
    jpeg[scan + 4] = 1;
    expect(isPlainJpeg(jpeg)).toBe(false);
  });

  test('every beginning of one, without a look beyond its end', async () => {
    const jpeg = await picture().jpeg().toBuffer();
    const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]));
    for (let length = 2; length < scan; length++) expect(isPlainJpeg(jpeg.subarray(0, length))).toBe(false);
  });
});
