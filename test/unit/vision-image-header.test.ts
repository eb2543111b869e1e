import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readImageHeader } from '../../src/vision/image-header.ts';
import { pngChunk, pngOf } from '../support/odd-images.ts';

describe('readImageHeader', () => {
  it('never throws, whatever follows the magic bytes', () => {
    const starts = [
      [0xff, 0xd8, 0xff],
      [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
      [...Buffer.from('RIFF....WEBP')],
      [],
    ];
    const kinds = [...Buffer.from('VP8XVP8LVP8 EXIFeXIfIHDRacTLExif\0\0II*\0MM\0*')];
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.constantFrom(...kinds, 0xff, 0xe1, 0xc0, 0, 1)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...starts), noise, (start, rest) => {
        const header = readImageHeader(Uint8Array.from([...start, ...rest]));
        if (typeof header === 'string') return;
        expect(header.width).toBeGreaterThan(0);
        expect(header.height).toBeGreaterThan(0);
        expect(header.orientation).toBeGreaterThanOrEqual(1);
        expect(header.orientation).toBeLessThanOrEqual(8);
      }),
      { numRuns: 3_000 },
    );
  });

  it('takes some text in a PNG, and not so much that unpacking it takes seconds', () => {
    const withText = (type: string, bytes: number) =>
      readImageHeader(pngOf(64, 64, new Uint8Array(9), [pngChunk(type, new Uint8Array(bytes))]));
    for (const type of ['zTXt', 'iTXt']) {
      expect(withText(type, 60_000)).toMatchObject({ width: 64 });
      expect(withText(type, 200_000)).toBe('corrupt');
    }
    expect(withText('eXIf', 200_000)).toMatchObject({ width: 64 });
  });

  it('reads a view into a larger buffer', () => {
    const png = new Uint8Array(100);
    png.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52], 40);
    png.set([0, 0, 2, 0, 0, 0, 1, 128, 8, 2], 56);
    expect(readImageHeader(png.subarray(40))).toMatchObject({ format: 'png', width: 512, height: 384 });
  });
});
