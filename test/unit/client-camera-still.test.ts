import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitSize } from '../../client/sdk/camera/fit-size.ts';
import { firstStillStep, nextStillStep, type StillStep } from '../../client/sdk/camera/still-step.ts';

const side = fc.integer({ min: 1, max: 8000 });

describe('sizes within limits', () => {
  test.each([
    [1920, 1080, 640, 640, 640, 360],
    [1080, 1920, 640, 640, 360, 640],
    [640, 480, 1000, 1000, 640, 480],
    [4000, 3000, 4096, 1500, 2000, 1500],
  ])('%i×%i within %i×%i is %i×%i', (width, height, maxWidth, maxHeight, ...expected) => {
    const size = fitSize({ width, height }, maxWidth, maxHeight);
    expect([size.width, size.height]).toEqual(expected);
  });

  test('are never larger than the limits or the picture, and keep their shape', () => {
    fc.assert(
      fc.property(side, side, side, side, (width, height, maxWidth, maxHeight) => {
        const size = fitSize({ width, height }, maxWidth, maxHeight);
        expect(size.width).toBeLessThanOrEqual(Math.min(width, maxWidth));
        expect(size.height).toBeLessThanOrEqual(Math.min(height, maxHeight));
        expect(Math.min(size.width, size.height)).toBeGreaterThanOrEqual(1);
        const scale = Math.min(1, maxWidth / width, maxHeight / height);
        expect(Math.abs(size.width - width * scale)).toBeLessThanOrEqual(1);
        expect(Math.abs(size.height - height * scale)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('steps of a still', () => {
  /** What a JPEG of noise takes, about. */
  const bytesOf = ({ width, height, quality }: StillStep, bytesPerPixel: number) =>
    Math.round((width * height * bytesPerPixel * quality) / 100);

  function encode(width: number, height: number, maxBytes: number, bytesPerPixel: number): StillStep[] {
    const limits = { maxBytes, maxWidth: 4096, maxHeight: 4096 };
    const steps = [firstStillStep({ width, height }, limits)];
    for (;;) {
      const last = steps.at(-1)!;
      if (bytesOf(last, bytesPerPixel) <= maxBytes) return steps;
      const next = nextStillStep(last, bytesOf(last, bytesPerPixel), limits);
      if (next === null) return steps;
      steps.push(next);
    }
  }

  test('begin at quality 95 and the full size', () => {
    expect(encode(1920, 1080, 1e9, 1)).toEqual([{ width: 1920, height: 1080, quality: 95 }]);
  });

  test('give up quality before pixels', () => {
    const steps = encode(1920, 1080, 1_750_000, 1);
    expect(steps.map(({ quality }) => quality)).toEqual([95, 90, 82]);
    expect(new Set(steps.map(({ width }) => width))).toEqual(new Set([1920]));
  });

  test('go at once to fewer pixels where quality could not be enough', () => {
    const [, second] = encode(4000, 3000, 500_000, 1);
    expect(second).toMatchObject({ quality: 82 });
    expect(second!.width).toBeLessThan(1000);
  });

  test('end soon, within the limits or with nothing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 320, max: 8000 }),
        fc.integer({ min: 320, max: 8000 }),
        fc.integer({ min: 1000, max: 10_000_000 }),
        fc.double({ min: 0.02, max: 3, noNaN: true }),
        (width, height, maxBytes, bytesPerPixel) => {
          const steps = encode(width, height, maxBytes, bytesPerPixel);
          expect(steps.length).toBeLessThanOrEqual(6);
          if (bytesOf(steps.at(-1)!, bytesPerPixel) <= maxBytes) return;
          // Given up: not even the smallest that is worth a capture would have had room to spare.
          const smallest = { ...fitSize({ width, height }, 320), quality: 82 };
          expect(bytesOf(smallest, bytesPerPixel)).toBeGreaterThan(0.7 * maxBytes);
        },
      ),
    );
  });
});
