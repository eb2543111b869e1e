import { beforeAll, describe, expect, test } from 'vitest';
import { ILLUMINANTS } from '../../loadtest/card/card-scenes.ts';
import { individualTypologyAngle } from '../../src/analysis/analyzers/face-quality/skin-tone/individual-typology-angle.ts';
import { type CardLook, drawCardInto, placeCard } from '../../src/synthetic/draw-card.ts';
import { hash32 } from '../../src/synthetic/seeded-noise.ts';
import { expose } from '../../src/synthetic/sensor.ts';
import { linearColour } from '../../src/synthetic/srgb.ts';
import { type CardColour, calibratedLab, calibrateFromCard } from '../../src/vision/card/card-colour.ts';
import { type FoundCard, findCard } from '../../src/vision/card/find-card.ts';
import { labFromSrgb } from '../../src/vision/colour.ts';
import { type Cv, loadOpenCv } from '../../src/vision/open-cv.ts';
import type { RgbImage } from '../../src/vision/types.ts';

/** In every picture here the card is in the same place. */
let card: FoundCard;
beforeAll(async () => {
  card = foundIn(await loadOpenCv(), shoot(SKINS[2], ILLUMINANTS.daylight));
});

const SIZE = { width: 200, height: 200 };
/** From very light to dark: Monk tones 2, 5, 6, 7 and 9. */
const SKINS = [
  [0xf3, 0xe7, 0xdb],
  [0xd7, 0xbd, 0x96],
  [0xa0, 0x7e, 0x56],
  [0x82, 0x5c, 0x43],
  [0x3a, 0x31, 0x2a],
] as const;
const PLACED = placeCard({
  ...SIZE,
  focalPx: 300,
  x: 100,
  y: 115,
  distanceCm: 22,
  turnDeg: 8,
  yawDeg: 10,
  pitchDeg: -8,
});

/** Skin everywhere and a card before it, both in the same light. */
function shoot(
  skin: readonly [number, number, number],
  light: readonly [number, number, number],
  look: Partial<CardLook> = {},
): RgbImage {
  const linear = linearColour(skin);
  const picture = Float32Array.from(
    { length: SIZE.width * SIZE.height * 3 },
    (_, i) => linear[i % 3]! * light[i % 3]!,
  );
  const data = expose(picture, { exposureEv: 0, noise: 0.01, seed: 5 });
  return drawCardInto(
    { data, ...SIZE },
    PLACED,
    { light, hasPrint: true, ...look },
    { blurPx: 0.7, noise: 0.01, seed: 6 },
  );
}

function foundIn(cv: Cv, image: RgbImage): FoundCard {
  const finding = findCard(cv, image, { focalPx: 300 });
  if (finding.found !== 'one') throw new Error(`found: ${finding.found}`);
  return finding.card;
}

/** ITA of the picture's upper rows, where there is skin only; with the gains or as seen. */
function skinIta(image: RgbImage, colour: CardColour | null): number {
  const sum = { l: 0, a: 0, b: 0 };
  const pixels = SIZE.width * 20;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const [red, green, blue] = image.data.subarray(pixel * 3, pixel * 3 + 3) as unknown as [
      number,
      number,
      number,
    ];
    const lab =
      colour?.status === 'calibrated'
        ? calibratedLab(colour.calibration, red, green, blue)
        : labFromSrgb(red, green, blue);
    sum.l += lab.l / pixels;
    sum.a += lab.a / pixels;
    sum.b += lab.b / pixels;
  }
  return individualTypologyAngle(sum);
}

describe('the colour of skin beside a card', () => {
  const lights = Object.entries(ILLUMINANTS);
  test.each(lights.flatMap(([name, light]) => SKINS.map((skin) => [name, skin, light] as const)))(
    '%s: the ITA of %j is within 3° of the truth',
    (_, skin, light) => {
      const image = shoot(skin, light);
      const colour = calibrateFromCard(image, card);
      expect(colour.status).toBe('calibrated');
      const truth = individualTypologyAngle(labFromSrgb(skin[0], skin[1], skin[2]));
      expect(Math.abs(skinIta(image, colour) - truth)).toBeLessThan(3);
    },
  );

  test('without the card, warm light alone is worth more than that', () => {
    const truth = individualTypologyAngle(labFromSrgb(SKINS[1][0], SKINS[1][1], SKINS[1][2]));
    expect(Math.abs(skinIta(shoot(SKINS[1], ILLUMINANTS.warm), null) - truth)).toBeGreaterThan(10);
  });

  test('the gains bring the face to the reflectance that is said', () => {
    const image = shoot(SKINS[2], [0.4, 0.4, 0.4]);
    const colour = calibrateFromCard(image, card, { reflectance: [0.18, 0.18, 0.18] });
    const calibration = colour.status === 'calibrated' ? colour.calibration : null;
    // Half of the light, and a fifth of the reflectance that the drawn card has.
    expect(calibration!.gains[1]).toBeCloseTo(0.18 / 0.34, 2);
    expect(calibration!.exposureEv).toBeCloseTo(Math.log2(0.18 / 0.34), 1);
    expect(calibration!.usedShare).toBeGreaterThan(0.7);
  });
});

describe('a card that tells nothing of the light', () => {
  const light = ILLUMINANTS.daylight;
  const reasonOf = (image: RgbImage, from = card) => {
    const colour = calibrateFromCard(image, from);
    return colour.status === 'rejected' ? colour.reason : 'calibrated';
  };

  test('is not refused when all is well', () => {
    expect(reasonOf(shoot(SKINS[2], light))).toBe('calibrated');
  });

  test('is blown out, in one channel too', () => {
    expect(reasonOf(shoot(SKINS[2], [1.4, 1.4, 1.4]))).toBe('clipped');
    expect(reasonOf(shoot(SKINS[2], [1.4, 0.8, 0.5]))).toBe('clipped');
  });

  test('is in the dark', () => {
    expect(reasonOf(shoot(SKINS[2], [0.05, 0.05, 0.05]))).toBe('too-dark');
  });

  test('has a shadow over it, soft or hard', () => {
    const soft = { shade: (x: number) => 0.75 + (0.25 * x) / 4.28 };
    const hard = { shade: (x: number, y: number) => (x + y > 1 ? 0.55 : 1) };
    expect(reasonOf(shoot(SKINS[2], light, soft))).toBe('uneven-light');
    expect(reasonOf(shoot(SKINS[2], light, hard))).toBe('uneven-light');
  });

  test('is lit by two colours', () => {
    const image = shoot(SKINS[2], light);
    for (let pixel = 0; pixel < SIZE.width * SIZE.height; pixel++) {
      if (pixel % SIZE.width < 100) image.data[pixel * 3 + 2] = image.data[pixel * 3 + 2]! * 0.85;
    }
    expect(reasonOf(image)).toBe('uneven-colour');
  });

  test('is printed all over', () => {
    const image = shoot(SKINS[2], light);
    const darkened = image.data.map((value, i) =>
      hash32(Math.floor(i / 3)) % 3 === 0 ? value : value * 0.6,
    );
    expect(reasonOf({ ...image, data: darkened })).toBe('not-plain');
  });

  test('is too small', () => {
    const image = shoot(SKINS[2], light);
    const far = { ...card, pxPerCmAt: () => 2 };
    expect(reasonOf(image, far)).toBe('too-small');
  });
});
