import { describe, expect, test } from 'vitest';
import { isFlat, slopeOf } from '../../loadtest/report/resident-slope.ts';
import { slopeVerdict } from '../../loadtest/report/slope-verdict.ts';
import { seededRandom } from '../../src/synthetic/seeded-noise.ts';

/** A first-order autoregression, one value a second, with a slope added. */
function series(count: number, correlation: number, perMinute: number, random: () => number) {
  let noise = 0;
  const next = () => {
    noise = correlation * noise + (random() + random() + random() - 1.5);
    return noise;
  };
  for (let i = 0; i < 5 / (1 - correlation); i++) next();
  return Array.from({ length: count }, (_, second) => ({
    atMs: second * 1000,
    value: next() + (perMinute * second) / 60,
  }));
}

describe('slope of resident memory', () => {
  test('a line has its slope, a minute, and no error', () => {
    const line = Array.from({ length: 50 }, (_, i) => ({ atMs: i * 500, value: 100 + i }));
    const { perMinute, standardError } = slopeOf(line);
    expect(perMinute).toBeCloseTo(120, 6);
    expect(standardError).toBeLessThan(1e-6);
  });

  test('noise without a slope is seldom taken for one, also where neighbours are alike', () => {
    for (const [correlation, count] of [
      [0, 100],
      [0.9, 400],
      [0.97, 900],
    ] as const) {
      const random = seededRandom(1);
      let beyond = 0;
      for (let run = 0; run < 150; run++) {
        const { perMinute, standardError } = slopeOf(series(count, correlation, 0, random));
        if (Math.abs(perMinute) > 2 * standardError) beyond++;
      }
      expect(beyond / 150, `correlation ${correlation}`).toBeLessThan(0.12);
    }
  });

  test('a slope well above the noise is found', () => {
    const random = seededRandom(2);
    const { perMinute, standardError } = slopeOf(series(900, 0.9, 2, random));
    expect(perMinute).toBeGreaterThan(1.5);
    expect(isFlat(perMinute, standardError)).toBe(false);
    expect(isFlat(perMinute, standardError, { negligiblePerMinute: 3 })).toBe(true);
  });

  test('falling memory is no leak, and a few samples tell nothing', () => {
    expect(isFlat(-50, 1)).toBe(true);
    const few = slopeOf([
      { atMs: 0, value: 1 },
      { atMs: 1000, value: 9 },
    ]);
    expect(few.standardError).toBe(Number.POSITIVE_INFINITY);
    expect(isFlat(few.perMinute, few.standardError)).toBe(true);
  });
});

describe('what a slope is called', () => {
  const series = (seconds: number, perMinute: number, standardError: number) => ({
    name: 'edge-1',
    samples: [0, seconds].map((second) => ({
      atMs: second * 1000,
      cpuCores: 1,
      residentBytes: 1,
      handles: 1,
    })),
    residentSlopeBytesPerMinute: perMinute,
    residentSlopeStandardError: standardError,
  });

  test.each([
    [60, 500, 1, 'too short to tell'],
    [600, 500, Number.POSITIVE_INFINITY, 'too short to tell'],
    [600, 500, 100, 'growing'],
    [600, 200, 100, 'no slope beyond noise'],
    [600, -500, 100, 'falling'],
  ])('%i s with %i ± %d is %s', (seconds, perMinute, standardError, expected) => {
    expect(slopeVerdict(series(seconds, perMinute, standardError))).toBe(expected);
  });
});
