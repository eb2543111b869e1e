import { describe, expect, it, test } from 'vitest';
import { deltaE2000 } from '../../src/analysis/analyzers/face-quality/skin-tone/delta-e-2000.ts';
import {
  individualTypologyAngle,
  itaCategory,
} from '../../src/analysis/analyzers/face-quality/skin-tone/individual-typology-angle.ts';
import {
  lightQuality,
  measureSkinTone,
} from '../../src/analysis/analyzers/face-quality/skin-tone/measure-skin-tone.ts';
import {
  MONK_HEX,
  monkTonesByDistance,
} from '../../src/analysis/analyzers/face-quality/skin-tone/monk-scale.ts';
import { labFromSrgb } from '../../src/vision/colour.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import { isInside, SKIN_REGION_NAMES, skinPolygon } from '../../src/vision/skin-regions.ts';
import type { FaceAnalysis, Lab, RgbImage } from '../../src/vision/types.ts';
import { frameAnalysis } from '../support/frame-analysis.ts';

/** Sharma, Wu and Dalal 2005, table 1: L a b, L a b, ΔE00. They sit on the formula's discontinuities. */
const SHARMA_PAIRS: readonly (readonly number[])[] = [
  [50, 2.6772, -79.7751, 50, 0, -82.7485, 2.0425],
  [50, 3.1571, -77.2803, 50, 0, -82.7485, 2.8615],
  [50, 2.8361, -74.02, 50, 0, -82.7485, 3.4412],
  [50, -1.3802, -84.2814, 50, 0, -82.7485, 1.0],
  [50, -1.1848, -84.8006, 50, 0, -82.7485, 1.0],
  [50, -0.9009, -85.5211, 50, 0, -82.7485, 1.0],
  [50, 0, 0, 50, -1, 2, 2.3669],
  [50, -1, 2, 50, 0, 0, 2.3669],
  [50, 2.49, -0.001, 50, -2.49, 0.0009, 7.1792],
  [50, 2.49, -0.001, 50, -2.49, 0.001, 7.1792],
  [50, 2.49, -0.001, 50, -2.49, 0.0011, 7.2195],
  [50, 2.49, -0.001, 50, -2.49, 0.0012, 7.2195],
  [50, -0.001, 2.49, 50, 0.0009, -2.49, 4.8045],
  [50, -0.001, 2.49, 50, 0.001, -2.49, 4.8045],
  [50, -0.001, 2.49, 50, 0.0011, -2.49, 4.7461],
  [50, 2.5, 0, 50, 0, -2.5, 4.3065],
  [50, 2.5, 0, 73, 25, -18, 27.1492],
  [50, 2.5, 0, 61, -5, 29, 22.8977],
  [50, 2.5, 0, 56, -27, -3, 31.903],
  [50, 2.5, 0, 58, 24, 15, 19.4535],
  [50, 2.5, 0, 50, 3.1736, 0.5854, 1.0],
  [50, 2.5, 0, 50, 3.2972, 0, 1.0],
  [50, 2.5, 0, 50, 1.8634, 0.5757, 1.0],
  [50, 2.5, 0, 50, 3.2592, 0.335, 1.0],
  [60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644],
  [63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.263],
  [61.2901, 3.7196, -5.3901, 61.4292, 2.248, -4.962, 1.8731],
  [35.0831, -44.1164, 3.7933, 35.0232, -40.0716, 1.5901, 1.8645],
  [22.7233, 20.0904, -46.694, 23.0331, 14.973, -42.5619, 2.0373],
  [36.4612, 47.858, 18.3852, 36.2715, 50.5065, 21.2231, 1.4146],
  [90.8027, -2.0831, 1.441, 91.1528, -1.6435, 0.0447, 1.4441],
  [90.9257, -0.5406, -0.9208, 88.6381, -0.8985, -0.7239, 1.5381],
  [6.7747, -0.2908, -2.4247, 5.8714, -0.0985, -2.2286, 0.6377],
  [2.0776, 0.0795, -1.135, 0.9033, -0.0636, -0.5514, 0.9082],
];

describe('CIEDE2000', () => {
  test.each(SHARMA_PAIRS)('L%f a%f b%f against L%f a%f b%f is %f, both ways', (...numbers) => {
    const [l1, a1, b1, l2, a2, b2, published] = numbers as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const first: Lab = { l: l1, a: a1, b: b1 };
    const second: Lab = { l: l2, a: a2, b: b2 };
    expect(deltaE2000(first, second)).toBeCloseTo(published, 4);
    expect(deltaE2000(second, first)).toBeCloseTo(published, 4);
    expect(deltaE2000(first, first)).toBe(0);
  });
});

describe('individual typology angle', () => {
  test.each([
    [75, 15, 59.04, 'very-light'],
    [65, 15, 45, 'light'],
    [60, 15, 33.69, 'intermediate'],
    [55, 15, 18.43, 'tan'],
    [45, 15, -18.43, 'brown'],
    [30, 10, -63.43, 'dark'],
  ])('of L* %d, b* %d is %f°: %s', (l, b, itaDeg, category) => {
    expect(individualTypologyAngle({ l, a: 10, b })).toBeCloseTo(itaDeg, 2);
    expect(itaCategory(itaDeg)).toBe(category);
  });

  it('puts the ends of the bands into the darker category', () => {
    expect([55, 41, 28, 10, -30].map(itaCategory)).toEqual(['light', 'intermediate', 'tan', 'brown', 'dark']);
  });

  it('stays within ±90° where there is no yellow', () => {
    expect(individualTypologyAngle({ l: 80, a: 0, b: -5 })).toBeCloseTo(90, 1);
    expect(individualTypologyAngle({ l: 20, a: 0, b: 0 })).toBeCloseTo(-90, 1);
  });
});

function rgbOf(hex: string): readonly [number, number, number] {
  const value = Number.parseInt(hex, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

describe('the Monk scale', () => {
  test.each(MONK_HEX.map((hex, i) => [i + 1, hex] as const))(
    'tone %i is nearest to itself (%s)',
    (tone, hex) => {
      const nearest = monkTonesByDistance(labFromSrgb(...rgbOf(hex)));
      expect(nearest[0]).toEqual({ tone, deltaE: 0 });
      expect(nearest).toHaveLength(10);
      expect(nearest[1]!.deltaE).toBeGreaterThan(1);
    },
  );
});

const canonical = await (await openModels()).loadCanonicalFace();

function canonicalAnalysis(centerX: number): FaceAnalysis {
  const { positions } = canonical;
  const landmarks = Float32Array.from(positions, (value, i) =>
    i % 3 === 0 ? centerX + value * 18 : i % 3 === 1 ? 320 - value * 18 : -value * 18,
  );
  return { ...(frameAnalysis().face as FaceAnalysis), landmarks };
}

describe('skin tone of a still', () => {
  // The canonical face, frontal, 18 px a centimetre: the regions' outlines are anatomy, which a made-up face has not.
  const face = canonicalAnalysis(240);

  /** A still in which each skin region has a colour of its own; the rest is green. */
  function painted(colours: readonly (readonly [number, number, number])[]): RgbImage {
    const [width, height] = [480, 640];
    const data = new Uint8Array(width * height * 3);
    const outlines = SKIN_REGION_NAMES.map((name) => skinPolygon(face.landmarks, name));
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const i = outlines.findIndex((outline) => isInside(outline, x + 0.5, y + 0.5));
        data.set(colours[i] ?? [0, 200, 0], (y * width + x) * 3);
      }
    }
    return { data, width, height };
  }
  const same = (hex: string) => [rgbOf(hex), rgbOf(hex), rgbOf(hex)];

  test.each(MONK_HEX.map((hex, i) => [i + 1, hex] as const))(
    'a face painted with Monk tone %i is that tone',
    (tone, hex) => {
      const found = measureSkinTone(painted(same(hex)), face)!;
      expect(found.monk).toMatchObject({ tone, hex });
      expect(found.monk.deltaE).toBeLessThan(0.01);
      expect(found.monk.confidence.agreement).toBeCloseTo(1, 5);
      expect(found.monk.confidence.fit).toBeCloseTo(1, 5);
      expect(found.regions.map(({ name }) => name)).toEqual(['forehead', 'left-cheek', 'right-cheek']);
      for (const region of found.regions) {
        expect(region.samples).toBeGreaterThan(200);
        expect(deltaE2000(region.lab!, labFromSrgb(...rgbOf(hex)))).toBeLessThan(0.01);
      }
    },
  );

  it('counts each region alike, whatever its size, and tells each one’s own colour', () => {
    const [light, dark] = [rgbOf(MONK_HEX[3]), rgbOf(MONK_HEX[7])];
    const found = measureSkinTone(painted([light, dark, dark]), face)!;
    expect(found.monk.tone).toBe(8);
    expect(found.regions[0]!.itaCategory).toBe('very-light');
    expect(found.regions[1]!.itaCategory).toBe('dark');
    expect(found.monk.confidence.agreement).toBeLessThan(0.2);
  });

  it('leaves highlights out and says how much they were', () => {
    const image = painted(same(MONK_HEX[5]));
    const { box } = measureSkinTone(image, face)!.regions[1]!;
    for (let y = box.y; y < box.y + box.height; y++) {
      for (let x = box.x; x < box.x + box.width * 0.3; x++)
        image.data.set([255, 255, 255], (y * 480 + x) * 3);
    }
    const cheek = measureSkinTone(image, face)!.regions[1]!;
    expect(cheek.clippedShare).toBeGreaterThan(0.1);
    expect(deltaE2000(cheek.lab!, labFromSrgb(...rgbOf(MONK_HEX[5])))).toBeLessThan(0.01);
  });

  it('is not assessed where the skin is outside of the picture or burnt out', () => {
    expect(measureSkinTone(painted([0, 1, 2].map(() => [255, 255, 255] as const)), face)).toBeNull();
    expect(measureSkinTone(painted(same(MONK_HEX[5])), canonicalAnalysis(2000))).toBeNull();
  });

  it('trusts even, neutral, sufficient light, and the same light alike for every skin', () => {
    const { appearance } = face;
    const good = lightQuality(appearance);
    expect(good).toBeGreaterThan(0.85);
    expect(lightQuality({ ...appearance, rightLuminance: appearance.leftLuminance / 3 })).toBeLessThan(
      0.65 * good,
    );
    expect(lightQuality({ ...appearance, colourCast: { a: 5, b: 20 } })).toBeLessThan(0.5 * good);
    expect(lightQuality({ ...appearance, eyeWhiteLuminance: 0.04 })).toBeLessThan(0.4 * good);
    const deep = { ...appearance, skinLuminance: 0.02, leftLuminance: 0.021, rightLuminance: 0.0203 };
    expect(lightQuality(deep)).toBeCloseTo(good, 2);
  });
});
