import { describe, expect, it } from 'vitest';
import { type CardPlacement, drawCard, drawCardInto, placeCard } from '../../src/synthetic/draw-card.ts';

const FACING: CardPlacement = {
  focalPx: 400,
  width: 320,
  height: 240,
  x: 150,
  y: 130,
  distanceCm: 40,
  turnDeg: 0,
  yawDeg: 0,
  pitchDeg: 0,
};
const WHITE_LIGHT = [1, 1, 1] as const;
/** Of a rounded ID-1 card, square centimetres: 8.56 × 5.398 without what its corners lack. */
const CARD_CM2 = 8.56 * 5.398 - (4 - Math.PI) * 0.318 ** 2;

describe('where a card is placed', () => {
  it('is as large as its distance says when it faces the camera', () => {
    const { corners, pxPerCm, tiltDeg } = placeCard(FACING);
    expect(pxPerCm).toBe(10);
    expect(tiltDeg).toBe(0);
    expect(corners[2]! - corners[0]!).toBeCloseTo(85.6, 6);
    expect(corners[7]! - corners[1]!).toBeCloseTo(53.98, 6);
    expect((corners[0]! + corners[4]!) / 2).toBeCloseTo(150, 6);
  });

  it('is shortened by its tilt, and its far side more', () => {
    const { corners, tiltDeg } = placeCard({ ...FACING, x: 160, y: 120, yawDeg: 25 });
    expect(tiltDeg).toBeCloseTo(25, 6);
    expect(corners[2]! - corners[0]!).toBeLessThan(85.6 * Math.cos((25 * Math.PI) / 180) * 1.01);
    const [left, right] = [corners[7]! - corners[1]!, corners[5]! - corners[3]!];
    expect(Math.abs(left - right)).toBeGreaterThan(3);
  });
});

describe('how a card is drawn', () => {
  it('covers exactly its area, rounded corners included', () => {
    const { width, height } = FACING;
    const card = placeCard({ ...FACING, turnDeg: 17 });
    const dark = new Float32Array(width * height * 3).fill(0);
    const light = new Float32Array(width * height * 3).fill(1);
    for (const picture of [dark, light]) {
      drawCard(picture, width, height, card, { light: WHITE_LIGHT, hasPrint: false });
    }
    // What shines through is 1 − cover: so the cover is known without the card's own colours.
    const covered = dark.reduce((sum, value, at) => sum + 1 - (light[at]! - value), 0) / 3;
    expect(Math.abs(covered / (CARD_CM2 * 100) - 1)).toBeLessThan(0.0005);
  });

  it('leaves a finished picture alone where the card is not', () => {
    const { width, height } = FACING;
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37) % 200);
    const image = { data, width, height };
    const drawn = drawCardInto(
      image,
      placeCard(FACING),
      { light: [1, 0.7, 0.4], hasPrint: true },
      { blurPx: 0.8, noise: 0.01, seed: 3 },
    );
    const pixel = (x: number, y: number) => drawn.data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3);
    expect(Array.from(pixel(150, 150 - 50))).toEqual(
      Array.from(data.subarray((100 * width + 150) * 3, (100 * width + 150) * 3 + 3)),
    );
    const [red, green, blue] = pixel(150, 130) as unknown as [number, number, number];
    expect(red).toBeGreaterThan(green + 20);
    expect(green).toBeGreaterThan(blue + 20);
    expect(data.every((value, i) => value === (i * 37) % 200)).toBe(true);
  });

  it('draws what is in view of a card that is cut off, and nothing of one outside', () => {
    const { width, height } = FACING;
    const picture = new Float32Array(width * height * 3);
    drawCard(picture, width, height, placeCard({ ...FACING, x: 2000 }), {
      light: WHITE_LIGHT,
      hasPrint: false,
    });
    expect(picture.every((value) => value === 0)).toBe(true);
    drawCard(picture, width, height, placeCard({ ...FACING, x: 0 }), { light: WHITE_LIGHT, hasPrint: false });
    const drawn = picture.filter((value) => value > 0).length / 3;
    expect(Math.abs(drawn / ((CARD_CM2 * 100) / 2) - 1)).toBeLessThan(0.03);
  });
});
