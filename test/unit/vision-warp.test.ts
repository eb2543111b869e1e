import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Region, RgbImage } from '../../src/vision/types.ts';
import { createWarp, type WarpOptions } from '../../src/vision/warp.ts';

/** Smooth enough that half a pixel shows, without edges that any interpolation would smear. */
function gradientImage(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data.set([(x * 3) & 255, (y * 4) & 255, ((x + y) * 2) & 255], (y * width + x) * 3);
    }
  }
  return { data, width, height };
}

/** What the warp should give, pixel by pixel in floating point. */
function naiveWarp(image: RgbImage, region: Region, { sizePx, range, border }: WarpOptions): Float32Array {
  const scale = region.sizePx / sizePx;
  const taps = Math.min(4, Math.max(1, Math.round(scale / 2)));
  const tensor = new Float32Array(3 * sizePx * sizePx);
  const read = (x: number, y: number, channel: number) => {
    const outside = x < 0 || y < 0 || x >= image.width || y >= image.height;
    if (outside && border === 'black') return 0;
    const column = Math.min(image.width - 1, Math.max(0, x));
    return image.data[(Math.min(image.height - 1, Math.max(0, y)) * image.width + column) * 3 + channel]!;
  };
  for (let at = 0; at < tensor.length; at++) {
    const channel = Math.floor(at / (sizePx * sizePx));
    const [i, j] = [at % sizePx, Math.floor(at / sizePx) % sizePx];
    let sum = 0;
    for (let tap = 0; tap < taps * taps; tap++) {
      const u = (i + ((tap % taps) + 0.5) / taps - sizePx / 2) * scale;
      const v = (j + (Math.floor(tap / taps) + 0.5) / taps - sizePx / 2) * scale;
      const x = region.centerX + u * Math.cos(region.rotationRad) - v * Math.sin(region.rotationRad) - 0.5;
      const y = region.centerY + u * Math.sin(region.rotationRad) + v * Math.cos(region.rotationRad) - 0.5;
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const upper = read(left, top, channel) * (1 - x + left) + read(left + 1, top, channel) * (x - left);
      const lower =
        read(left, top + 1, channel) * (1 - x + left) + read(left + 1, top + 1, channel) * (x - left);
      sum += upper * (1 - y + top) + lower * (y - top);
    }
    tensor[at] = (sum / taps / taps / 255) * (range[1] - range[0]) + range[0];
  }
  return tensor;
}

describe('createWarp', () => {
  it('agrees with a naive warp within a grey level, for any region', () => {
    const region = fc.record({
      centerX: fc.double({ min: -30, max: 110, noNaN: true }),
      centerY: fc.double({ min: -30, max: 90, noNaN: true }),
      sizePx: fc.double({ min: 4, max: 300, noNaN: true }),
      rotationRad: fc.double({ min: -4, max: 4, noNaN: true }),
    });
    const options = fc.constantFrom<WarpOptions>(
      { sizePx: 24, range: [0, 1], border: 'nearest' },
      { sizePx: 24, range: [-1, 1], border: 'black' },
    );
    const image = gradientImage(80, 60);
    fc.assert(
      fc.property(region, options, (where, how) => {
        const tensor = new Float32Array(3 * how.sizePx * how.sizePx).fill(Number.NaN);
        createWarp(how).write(image, where, tensor);
        const expected = naiveWarp(image, where, how);
        const level = (how.range[1] - how.range[0]) / 255;
        // A step of the picture's own sawtooth is 255 levels; 8 bits of weight split it into 1 level.
        for (const [i, value] of expected.entries())
          expect(Math.abs(tensor[i]! - value)).toBeLessThan(2.2 * level);
      }),
      { numRuns: 150 },
    );
  });

  it('is the identity where region and tensor are the image', () => {
    const image = gradientImage(32, 32);
    const tensor = new Float32Array(3 * 32 * 32);
    createWarp({ sizePx: 32, range: [0, 1], border: 'nearest' }).write(
      image,
      { centerX: 16, centerY: 16, sizePx: 32, rotationRad: 0 },
      tensor,
    );
    for (let i = 0; i < 32 * 32; i++) {
      for (let c = 0; c < 3; c++)
        expect(tensor[c * 32 * 32 + i]).toBeCloseTo(image.data[i * 3 + c]! / 255, 5);
    }
  });

  it('turns clockwise as seen', () => {
    const image = { data: new Uint8Array(20 * 20 * 3), width: 20, height: 20 };
    // A white spot at the right of the image's middle.
    for (let y = 8; y < 12; y++)
      for (let x = 15; x < 19; x++) image.data.fill(255, (y * 20 + x) * 3, (y * 20 + x) * 3 + 3);
    const tensor = new Float32Array(3 * 20 * 20);
    createWarp({ sizePx: 20, range: [0, 1], border: 'black' }).write(
      image,
      { centerX: 10, centerY: 10, sizePx: 20, rotationRad: Math.PI / 2 },
      tensor,
    );
    // The square's x axis points down, so what is at the right is above in it.
    expect(tensor[3 * 20 + 10]).toBe(1);
    expect(tensor[16 * 20 + 10]).toBe(0);
  });
});
