import { beforeAll, describe, expect, it, test } from 'vitest';
import {
  BACKGROUNDS,
  type CardScene,
  cardSceneOf,
  renderCardScene,
} from '../../loadtest/card/card-scenes.ts';
import { drawCardInto, type PlacedCard, placeCard } from '../../src/synthetic/draw-card.ts';
import { homographyTo, type Quad } from '../../src/vision/card/card-geometry.ts';
import { fitCardPose } from '../../src/vision/card/card-pose.ts';
import { cardScale } from '../../src/vision/card/card-scale.ts';
import { distinctQuads } from '../../src/vision/card/distinct-quads.ts';
import { type FoundCard, findCard } from '../../src/vision/card/find-card.ts';
import { type Cv, loadOpenCv } from '../../src/vision/open-cv.ts';
import type { RgbImage } from '../../src/vision/types.ts';

let cv: Cv;
beforeAll(async () => {
  cv = await loadOpenCv();
});

const SIZE = { width: 360, height: 480 };
const LIGHT = [0.8, 0.8, 0.8] as const;

function sceneOf(seed: number, change: Partial<CardScene> = {}): CardScene {
  const scene = cardSceneOf(seed, SIZE);
  return { ...scene, cardPx: 60 + (scene.cardPx - 60) / 2, x: 190, y: 220, ...change };
}

function theCard(image: RgbImage, focalPx?: number): FoundCard {
  const finding = findCard(cv, image, focalPx === undefined ? {} : { focalPx });
  if (finding.found !== 'one') throw new Error(`found: ${finding.found}`);
  return finding.card;
}

/** Farthest corner, whichever end is called the first. */
function cornerErrorPx(corners: Quad, { corners: truth }: PlacedCard): number {
  const errors = [0, 2].map((turn) =>
    Math.max(
      ...corners.map(({ x, y }, i) => {
        const at = ((i + turn) % 4) * 2;
        return Math.hypot(x - truth[at]!, y - truth[at + 1]!);
      }),
    ),
  );
  return Math.min(...errors);
}

function plain(level: number): RgbImage {
  return { data: new Uint8Array(SIZE.width * SIZE.height * 3).fill(level), ...SIZE };
}

function cardAt(x: number, y: number, change: Partial<Parameters<typeof placeCard>[0]> = {}): PlacedCard {
  const placement = { ...SIZE, focalPx: 520, distanceCm: 40, turnDeg: 12, yawDeg: 0, pitchDeg: 0 };
  return placeCard({ ...placement, x, y, ...change });
}

function withCards(level: number, ...cards: PlacedCard[]): RgbImage {
  const look = { light: LIGHT, hasPrint: true };
  return cards.reduce<RgbImage>(
    (image, card, seed) => drawCardInto(image, card, look, { blurPx: 0.8, noise: 0.01, seed }),
    plain(level),
  );
}

describe('finding the card', () => {
  test.each(BACKGROUNDS.flatMap((background) => [31, 32].map((seed) => [background, seed] as const)))(
    '%s, seed %i: the corners within 0.6 px, the scale within a hundredth, the tilt within 3°',
    (background, seed) => {
      const scene = sceneOf(seed, { background });
      const { image, truth } = renderCardScene(scene);
      const card = theCard(image, scene.focalPx);
      expect(cornerErrorPx(card.corners, truth)).toBeLessThan(0.6);
      expect(Math.abs(cardScale(card).pxPerCm / truth.pxPerCm - 1)).toBeLessThan(0.01);
      expect(Math.abs(card.tiltDeg - truth.tiltDeg)).toBeLessThan(3);
      expect(card.score).toBeGreaterThan(0.8);
    },
  );

  test.each(BACKGROUNDS)('%s without a card: none is found', (background) => {
    const { image } = renderCardScene(sceneOf(41, { background }), { withCard: false });
    expect(findCard(cv, image)).toEqual({ found: 'none' });
  });

  it('takes no white square for a card', () => {
    // From afar, where perspective tells little: a square is then a card tilted by 51°.
    const card = cardAt(180, 240, { focalPx: 15_600, distanceCm: 1200 });
    const findIn = (placed: PlacedCard) => findCard(cv, withCards(60, placed), { focalPx: 15_600 }).found;
    const square = card.homography.map((value, i) => (i % 3 === 1 ? (value * 8.56) / 5.398 : value));
    expect(findIn(card)).toBe('one');
    expect(findIn({ ...card, ...squareOf(square) })).toBe('none');
  });

  it('says so where there are two, and a search region tells them apart', () => {
    const [left, right] = [cardAt(90, 150), cardAt(250, 330, { turnDeg: -30 })];
    const image = withCards(70, left, right);
    const both = findCard(cv, image);
    expect(both.found === 'several' && both.cards.length).toBe(2);
    const one = findCard(cv, image, { within: { x: 175, y: 235, width: 185, height: 245 } });
    expect(one.found === 'one' && cornerErrorPx(one.card.corners, right)).toBeLessThan(0.6);
  });

  it('looks only where it is told to', () => {
    const image = withCards(70, cardAt(90, 150));
    expect(findCard(cv, image, { within: { x: 180, y: 0, width: 180, height: 480 } })).toEqual({
      found: 'none',
    });
    expect(findCard(cv, image, { within: { x: 700, y: 0, width: 220, height: 640 } })).toEqual({
      found: 'none',
    });
  });

  it('knows the scale of the plane at any place of it', () => {
    const truth = cardAt(170, 230, { yawDeg: 20, pitchDeg: -10, distanceCm: 30 });
    const card = theCard(withCards(70, truth), 520);
    for (const [cornerX, cornerY] of [
      [truth.corners[0]!, truth.corners[1]!],
      [truth.corners[4]!, truth.corners[5]!],
    ] as const) {
      const expected = planeScaleAt(truth.homography, cornerX, cornerY);
      expect(Math.abs(card.pxPerCmAt(cornerX, cornerY) / expected - 1)).toBeLessThan(0.01);
    }
  });
});

/** The corners of a card in a plane that makes a square of it. */
function squareOf(homography: Float64Array): Pick<PlacedCard, 'homography' | 'corners'> {
  const corners = [-1, 1, 1, -1].flatMap((side, i) => {
    const [x, y] = [side * 4.28, (i < 2 ? -1 : 1) * 2.699];
    const w = homography[6]! * x + homography[7]! * y + homography[8]!;
    return [
      (homography[0]! * x + homography[1]! * y + homography[2]!) / w,
      (homography[3]! * x + homography[4]! * y + homography[5]!) / w,
    ];
  });
  return { homography, corners: Float64Array.from(corners) };
}

/** By a small square of the picture, carried back to the plane. */
function planeScaleAt(h: Float64Array, x: number, y: number): number {
  const back = (px: number, py: number) => {
    const a = [h[0]! - px * h[6]!, h[1]! - px * h[7]!, px * h[8]! - h[2]!] as const;
    const b = [h[3]! - py * h[6]!, h[4]! - py * h[7]!, py * h[8]! - h[5]!] as const;
    const determinant = a[0] * b[1] - a[1] * b[0];
    return [(a[2] * b[1] - a[1] * b[2]) / determinant, (a[0] * b[2] - a[2] * b[0]) / determinant] as const;
  };
  const [at, right, below] = [back(x, y), back(x + 0.01, y), back(x, y + 0.01)];
  const area = Math.abs((right[0] - at[0]) * (below[1] - at[1]) - (right[1] - at[1]) * (below[0] - at[0]));
  return 0.01 / Math.sqrt(area);
}

describe('candidates', () => {
  const at = (x: number, y: number): Quad => [
    { x, y },
    { x: x + 86, y },
    { x: x + 86, y: y + 54 },
    { x, y: y + 54 },
  ];

  it('that lie nearly the same are one, and those that come most often are first', () => {
    const quads = [at(10, 10), at(85.5, 10), at(84.5, 11), at(84, 10), at(300, 40), at(301, 40)];
    expect(distinctQuads(quads, 10)).toEqual([at(85.5, 10), at(300, 40), at(10, 10)]);
  });

  it('are no more than asked for', () => {
    const quads = [at(10, 10), at(200, 10), at(200, 11), at(400, 10)];
    expect(distinctQuads(quads, 1)).toEqual([at(200, 10)]);
  });
});

describe('the scale', () => {
  it('takes the tilt out, and shows it along and across', () => {
    const truth = cardAt(180, 240, { turnDeg: 0, yawDeg: 25 });
    const scale = cardScale(theCard(withCards(70, truth), 520));
    expect(Math.abs(scale.pxPerCm / truth.pxPerCm - 1)).toBeLessThan(0.01);
    expect(scale.alongPxPerCm / scale.pxPerCm).toBeCloseTo(Math.cos((25 * Math.PI) / 180), 1);
    expect(scale.acrossPxPerCm / scale.pxPerCm).toBeCloseTo(1, 1);
    expect(Math.abs(scale.distanceCm / 40 - 1)).toBeLessThan(0.01);
  });

  it('is less certain where the lens is not known and the card is tilted far from the middle', () => {
    const image = withCards(70, cardAt(80, 90, { yawDeg: 22, pitchDeg: 10 }));
    const known = cardScale(theCard(image, 520));
    const assumed = cardScale(theCard(image));
    expect(known.relativeSd).toBeLessThan(0.01);
    expect(assumed.relativeSd).toBeGreaterThan(1.5 * known.relativeSd);
    expect(Math.abs(assumed.pxPerCm / 13 - 1)).toBeLessThan(3 * assumed.relativeSd);
  });
});

describe('the pose', () => {
  it('is exact for exact corners, mirrored leanings included', () => {
    for (const [yawDeg, pitchDeg] of [
      [0, 0],
      [24, 3],
      [-24, 3],
      [5, -25],
    ] as const) {
      const { corners, tiltDeg } = cardAt(90, 350, { yawDeg, pitchDeg });
      const quad = [0, 2, 4, 6].map((i) => ({ x: corners[i]!, y: corners[i + 1]! })) as unknown as Quad;
      const pose = fitCardPose(quad, { focalPx: 520, centerX: 180, centerY: 240 });
      expect(pose!.misfitPx).toBeLessThan(1e-3);
      expect(pose!.centreCm[2]).toBeCloseTo(40, 2);
      expect(pose!.tiltDeg).toBeCloseTo(tiltDeg, 1);
    }
  });

  it('there is none of corners in a line', () => {
    const line = [0, 1, 2, 3].map((i) => ({ x: i * 10, y: i * 5 })) as unknown as Quad;
    expect(homographyTo(line)).toBeNull();
    expect(fitCardPose(line, { focalPx: 520, centerX: 180, centerY: 240 })).toBeNull();
  });
});
