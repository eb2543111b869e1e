import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { readFocalShare } from '../../src/vision/exif-focal.ts';
import { putJpeg, takeJpeg, withSegments } from '../support/jpeg-segments.ts';

type Format = 'jpeg' | 'png' | 'webp';
type Exif = Record<string, string>;

async function picture(
  exif: Exif,
  format: Format = 'jpeg',
  size = { width: 80, height: 60 },
): Promise<Buffer> {
  const plain = sharp({ create: { ...size, channels: 3, background: 'gray' } });
  return plain
    .withExif({ IFD0: { Make: 'camera' }, IFD2: exif })
    .toFormat(format)
    .toBuffer();
}

/** A JPEG whose EXIF has these tags for the camera: a SHORT, or a RATIONAL of two numbers. */
async function photograph(
  tags: readonly (readonly [tag: number, value: number | readonly [number, number]])[],
  size = { width: 80, height: 60 },
): Promise<Buffer> {
  const jpeg = await sharp({ create: { ...size, channels: 3, background: 'gray' } })
    .jpeg()
    .toBuffer();
  const rationalsAt = 26 + 2 + tags.length * 12 + 4;
  const exif = Buffer.alloc(rationalsAt + tags.length * 8);
  exif.write('II');
  exif.writeUInt16LE(42, 2);
  exif.writeUInt32LE(8, 4);
  // One entry: where the camera's own directory is.
  exif.writeUInt16LE(1, 8);
  exif.writeUInt16LE(0x8769, 10);
  exif.writeUInt16LE(4, 12);
  exif.writeUInt32LE(1, 14);
  exif.writeUInt32LE(26, 18);
  exif.writeUInt16LE(tags.length, 26);
  tags.forEach(([tag, value], i) => {
    const entry = 28 + i * 12;
    exif.writeUInt16LE(tag, entry);
    exif.writeUInt16LE(typeof value === 'number' ? 3 : 5, entry + 2);
    exif.writeUInt32LE(1, entry + 4);
    if (typeof value === 'number') exif.writeUInt16LE(value, entry + 8);
    else {
      exif.writeUInt32LE(rationalsAt + i * 8, entry + 8);
      exif.writeUInt32LE(value[0], rationalsAt + i * 8);
      exif.writeUInt32LE(value[1], rationalsAt + i * 8 + 4);
    }
  });
  const payload = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif]);
  return putJpeg(withSegments(takeJpeg(jpeg), { marker: 0xe1, payload }));
}

describe('the focal length that EXIF tells', () => {
  test.each(['jpeg', 'png', 'webp'] as const)('as a 35 mm equivalent, in a %s', async (format) => {
    const share = readFocalShare(await picture({ FocalLengthIn35mmFilm: '26' }, format));
    // CIPA: by the diagonal of 36 × 24 mm.
    expect(share).toBeCloseTo(26 / 43.267, 4);
  });

  test('as a focal length and a sensor', async () => {
    const share = readFocalShare(
      await photograph([
        [0x920a, [50, 1]],
        // 4000 pixels on 22.3 mm.
        [0xa20e, [1_793_722, 1000]],
        [0xa210, 3],
        [0xa002, 4000],
        [0xa003, 3000],
      ]),
    );
    expect(share! * Math.hypot(4000, 3000)).toBeCloseTo((50 / 22.3) * 4000, -1);
  });

  test('none where the camera told nothing, or that it does not know', async () => {
    expect(readFocalShare(await picture({}))).toBeNull();
    expect(readFocalShare(await picture({ FocalLengthIn35mmFilm: '0' }))).toBeNull();
    expect(readFocalShare(await picture({ FocalLength: '4/1' }))).toBeNull();
    expect(
      readFocalShare(
        await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
          .png()
          .toBuffer(),
      ),
    ).toBeNull();
  });

  test('none of a lens that nobody has', async () => {
    expect(readFocalShare(await picture({ FocalLengthIn35mmFilm: '2' }))).toBeNull();
    expect(readFocalShare(await picture({ FocalLengthIn35mmFilm: '6000' }))).toBeNull();
  });

  test('none of a picture that was cropped since; scaled and turned ones keep it', async () => {
    const told = [
      [0xa405, 26],
      [0xa002, 4000],
      [0xa003, 3000],
    ] as const;
    expect(readFocalShare(await photograph(told, { width: 80, height: 60 }))).toBeCloseTo(0.601, 3);
    expect(readFocalShare(await photograph(told, { width: 60, height: 80 }))).toBeCloseTo(0.601, 3);
    expect(readFocalShare(await photograph(told, { width: 60, height: 60 }))).toBeNull();
  });

  test('damaged EXIF is none, and never an exception', async () => {
    const whole = await picture({ FocalLengthIn35mmFilm: '26', FocalLength: '4/1' });
    const exifEnd = 300;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 2, max: exifEnd }), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.integer({ min: 4, max: whole.length }),
        (changes, length) => {
          const broken = Buffer.from(whole).subarray(0, length);
          for (const [at, byte] of changes) if (at < broken.length) broken[at] = byte;
          const share = readFocalShare(broken);
          expect(share === null || (share > 0.2 && share < 9)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('a directory that points at itself ends', async () => {
    const whole = Buffer.from(await picture({ FocalLengthIn35mmFilm: '26' }));
    const tiff = whole.indexOf('Exif\0\0', 0, 'latin1') + 6;
    const little = whole.toString('latin1', tiff, tiff + 2) === 'II';
    const first = little ? whole.readUInt32LE(tiff + 4) : whole.readUInt32BE(tiff + 4);
    const entries = little ? whole.readUInt16LE(tiff + first) : whole.readUInt16BE(tiff + first);
    for (let i = 0; i < entries; i++) {
      const entry = tiff + first + 2 + i * 12;
      const tag = little ? whole.readUInt16LE(entry) : whole.readUInt16BE(entry);
      if (tag !== 0x8769) continue;
      if (little) whole.writeUInt32LE(first, entry + 8);
      else whole.writeUInt32BE(first, entry + 8);
    }
    expect(readFocalShare(whole)).toBeNull();
  });
});
