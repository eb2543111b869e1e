import { beforeAll, describe, expect, test } from 'vitest';
import { buildBodyModel } from '../../src/synthetic/body/body-model.ts';
import { type BodySceneChanges, bodyScene, changeBodyScene } from '../../src/synthetic/body/body-scene.ts';
import { BODY_LEVELS, type BodyLevel } from '../../src/synthetic/body/body-sizes.ts';
import type { LevelTruth, Point } from '../../src/synthetic/body/body-truth.ts';
import { profile } from '../../src/synthetic/body/profile.ts';
import { type RenderedBody, renderBody } from '../../src/synthetic/body/render-body.ts';
import { seededRandom } from '../../src/synthetic/seeded-noise.ts';
import { BODY_POINT } from '../../src/vision/body-points.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import type { CanonicalFace } from '../../src/vision/types.ts';

let canonical: CanonicalFace;
beforeAll(async () => {
  canonical = await (await openModels()).loadCanonicalFace();
});

const BALD = { style: 'none', colour: [0, 0, 0] } as const;
/** From so far that rays are nearly parallel. */
const TELEPHOTO = { distanceCm: 12000, verticalFovDeg: 1.2, heightCm: 100 };
const SMALL = { width: 360, height: 640 };

const render = (changes: BodySceneChanges = {}): RenderedBody => renderBody(bodyScene(changes), canonical);

function covered({ image, truth }: RenderedBody, x: number, y: number): number {
  return truth.mask[Math.floor(y) * image.width + Math.floor(x)]! / 255;
}

/** The silhouette's run through a section's middle, from edge to edge with shares of pixels. */
function runAt(rendered: RenderedBody, { middle }: LevelTruth): { left: number; right: number } {
  let left = Math.floor(middle.x);
  let right = left;
  while (covered(rendered, left - 1, middle.y) === 1) left--;
  while (covered(rendered, right + 1, middle.y) === 1) right++;
  return {
    left: left - covered(rendered, left - 1, middle.y),
    right: right + 1 + covered(rendered, right + 1, middle.y),
  };
}

/** Sizes that a person may have, decided by a seed. */
function shapeOf(seed: number): NonNullable<BodySceneChanges['body']> {
  const random = seededRandom(seed);
  const statureCm = 150 + 50 * random();
  const section = (breadth: number, depth: number) => ({
    breadthCm: statureCm * breadth * (0.85 + 0.4 * random()),
    depthCm: statureCm * depth * (0.85 + 0.4 * random()),
  });
  return {
    statureCm,
    neck: section(0.066, 0.068),
    chest: section(0.175, 0.14),
    waist: section(0.16, 0.125),
    hip: section(0.2, 0.14),
  };
}

describe('sections of the figure', () => {
  test.each([1, 2, 3, 4])('shape %i: from the front the silhouette lies where told', (seed) => {
    const rendered = render({ body: shapeOf(seed), stance: { armsAwayDeg: 38 }, looks: { hair: BALD } });
    for (const name of BODY_LEVELS) {
      const level = rendered.truth.levels[name];
      const { left, right } = runAt(rendered, level);
      expect.soft(Math.abs(left - level.left.x), name).toBeLessThan(1);
      expect.soft(Math.abs(right - level.right.x), name).toBeLessThan(1);
    }
  });

  test.each([1, 2])('shape %i: and from the side', (seed) => {
    const stance = { yawDeg: seed === 2 ? -90 : 90, armsAwayDeg: 4 };
    const rendered = render({ body: shapeOf(seed), stance, looks: { hair: BALD } });
    for (const name of BODY_LEVELS) {
      const level = rendered.truth.levels[name];
      const { left, right } = runAt(rendered, level);
      expect.soft(Math.abs(left - level.left.x), name).toBeLessThan(1);
      expect.soft(Math.abs(right - level.right.x), name).toBeLessThan(1);
    }
  });

  test.each([
    [0, 'breadthPx'],
    [90, 'depthPx'],
  ] as const)('seen from afar at %i° it is as wide as told', (yawDeg, size) => {
    const stance = { yawDeg, armsAwayDeg: yawDeg === 0 ? 38 : 4 };
    const rendered = render({ body: shapeOf(3), stance, looks: { hair: BALD }, camera: TELEPHOTO });
    for (const name of BODY_LEVELS) {
      const level = rendered.truth.levels[name];
      const { left, right } = runAt(rendered, level);
      expect.soft(Math.abs(right - left - level[size]), name).toBeLessThan(1);
    }
  });

  test('given sizes come back, others follow the stature', () => {
    const body = { statureCm: 180, waist: { breadthCm: 33.3, depthCm: 21.1 } };
    const { levels } = render({ ...SMALL, body }).truth;
    expect(levels.waist).toMatchObject(body.waist);
    expect(levels.hip.breadthCm).toBeCloseTo(36, 5);
    const heights = BODY_LEVELS.map((name: BodyLevel) => levels[name].heightCm);
    expect(heights).toEqual(heights.toSorted((a, b) => b - a));
  });

  test('half turned, before a camera that tilts and leans: the outline lies where it is told', () => {
    const camera = { tiltDeg: -6, rollDeg: 4, heightCm: 130 };
    const rendered = render({ camera, stance: { yawDeg: 45, armsAwayDeg: 38 }, looks: { hair: BALD } });
    for (const name of ['waist', 'hip'] as const) {
      const { left, right } = rendered.truth.levels[name];
      expect.soft(covered(rendered, left.x + 2, left.y), name).toBe(1);
      expect.soft(covered(rendered, left.x - 2, left.y), name).toBe(0);
      expect.soft(covered(rendered, right.x - 2, right.y), name).toBe(1);
      expect.soft(covered(rendered, right.x + 2, right.y), name).toBe(0);
    }
  });

  test('a size that is no length is a RangeError that names it', () => {
    expect(() => render({ body: { chest: { breadthCm: 0, depthCm: 20 } } })).toThrow(/chest\.breadthCm/);
    expect(() => render({ body: { statureCm: Number.NaN } })).toThrow(RangeError);
    expect(() => render({ body: { inseamCm: 100 } })).toThrow(/inseamCm/);
  });
});

describe('stature', () => {
  const rowsOf = ({ image, truth }: RenderedBody): { top: number; bottom: number } => {
    const rows = Array.from({ length: image.height }, (_, y) =>
      truth.mask.subarray(y * image.width, (y + 1) * image.width).some((value) => value >= 128),
    );
    return { top: rows.indexOf(true), bottom: rows.lastIndexOf(true) + 1 };
  };

  test.each([150, 175, 200])('%i cm are as many pixels as told', (statureCm) => {
    const rendered = render({ body: { statureCm }, looks: { hair: BALD }, camera: TELEPHOTO });
    const { top, bottom } = rowsOf(rendered);
    expect(Math.abs(bottom - top - statureCm * rendered.truth.pxPerCm)).toBeLessThan(2);
    expect(Math.abs(top - rendered.truth.crown.y)).toBeLessThan(1);
    expect(rendered.truth.hairTopCm).toBeCloseTo(statureCm, 3);
  });

  test('hair stands above the crown as high as told', () => {
    const rendered = render({ camera: TELEPHOTO });
    const { crown, hairTopCm, statureCm, pxPerCm } = rendered.truth;
    expect(hairTopCm - statureCm).toBeGreaterThan(0.5);
    expect(hairTopCm - statureCm).toBeLessThan(2);
    expect(Math.abs(rowsOf(rendered).top - (crown.y - (hairTopCm - statureCm) * pxPerCm))).toBeLessThan(1);
  });
});

describe('the figure', () => {
  test.each([
    ['front', {}],
    ['side', { stance: { yawDeg: 90 } }],
    ['with a card', { card: {}, stance: { yawDeg: 30 } }],
    ['large', { body: shapeOf(4) }],
  ] as const)('%s: is one piece', (_, changes: BodySceneChanges) => {
    const { image, truth } = render({ ...SMALL, ...changes });
    expect(piecesOf(truth.mask, image.width)).toBe(1);
  });

  test('all landmarks lie on it from the front', () => {
    const rendered = render();
    for (const [name, point] of Object.entries(BODY_POINT)) {
      const [x, y] = placeOf(rendered, point);
      expect.soft(covered(rendered, x, y), name).toBe(1);
    }
  });

  test('left is its own left, and yaw > 0 turns the nose to the right', () => {
    const front = render(SMALL);
    expect(placeOf(front, BODY_POINT.leftShoulder)[0]).toBeGreaterThan(
      placeOf(front, BODY_POINT.rightShoulder)[0] + 20,
    );
    const side = render({ ...SMALL, stance: { yawDeg: 90 } });
    expect(placeOf(side, BODY_POINT.nose)[0]).toBeGreaterThan(placeOf(side, BODY_POINT.leftEar)[0] + 5);
    // Its right side is the nearer one then.
    expect(side.truth.landmarks[BODY_POINT.rightHip * 3 + 2]).toBeLessThan(
      side.truth.landmarks[BODY_POINT.leftHip * 3 + 2]!,
    );
  });

  test('has fewer triangles than the rasteriser can number', () => {
    for (const statureCm of [120, 170, 210]) {
      const { body } = buildBodyModel(bodyScene({ body: { statureCm } }));
      expect(body.mesh.materials.length).toBeLessThan(2 ** 14 - 1);
    }
  });

  test('the same scene gives the same bytes, another seed other noise', () => {
    const scene = bodyScene({ ...SMALL, card: {} });
    const first = renderBody(scene, canonical);
    const again = renderBody(scene, canonical);
    expect(Buffer.compare(first.image.data, again.image.data)).toBe(0);
    expect(again.truth).toEqual(first.truth);
    const other = renderBody(changeBodyScene(scene, { seed: 2 }), canonical);
    expect(Buffer.compare(first.image.data, other.image.data)).not.toBe(0);
    expect(other.truth).toEqual(first.truth);
  });
});

describe('the card', () => {
  const quiet = { noise: 0 };
  const zoomed = { camera: { ...quiet, verticalFovDeg: 40 }, stance: { armsAwayDeg: 18 } };

  test.each([
    [{ arm: 'raised' }],
    [{ arm: 'raised', hand: 'left', tiltXDeg: 25 }],
    [{ arm: 'hanging', tiltYDeg: -25, rollDeg: 10 }],
    [{ arm: 'hanging', hand: 'left', tiltXDeg: -15, tiltYDeg: 20 }],
  ] as const)('%j: is seen up to its told edges', (card) => {
    const isCard = cardPixels(card);
    const corners = isCard.corners;
    const middle = mean(corners);
    for (const [at, corner] of corners.entries()) {
      const next = corners[(at + 1) % 4]!;
      // The thumb lies over the edge in the hand.
      const isHeld = at === (card.arm === 'raised' ? 2 : 0);
      for (const share of [0.12, 0.5, 0.88]) {
        const edge = { x: mix(corner.x, next.x, share), y: mix(corner.y, next.y, share) };
        const inward = Math.hypot(middle.x - edge.x, middle.y - edge.y);
        const step = { x: (middle.x - edge.x) / inward, y: (middle.y - edge.y) / inward };
        expect.soft(isCard.at(edge.x - 2 * step.x, edge.y - 2 * step.y), `outside of ${at}`).toBe(false);
        if (isHeld) continue;
        expect.soft(isCard.at(edge.x + 2 * step.x, edge.y + 2 * step.y), `inside of ${at}`).toBe(true);
      }
    }
  });

  test('has the size of an ID-1 card, seen shorter where it is tilted', () => {
    const [a, b, c] = render({ ...SMALL, card: {} }).truth.card!.corners;
    const { pxPerCm } = render({ ...SMALL, card: {} }).truth.card!;
    expect(b.x - a.x).toBeCloseTo(5.398 * pxPerCm, 3);
    expect(c.y - b.y).toBeCloseTo(8.56 * pxPerCm, 3);
    const tilted = render({ ...SMALL, card: { tiltXDeg: 25 }, camera: TELEPHOTO }).truth.card!;
    const height = tilted.corners[2].y - tilted.corners[1].y;
    expect(height / tilted.pxPerCm / 8.56).toBeCloseTo(Math.cos((25 * Math.PI) / 180), 2);
  });

  test('is not a part of the person', () => {
    const rendered = render({ card: {} });
    const [a, b, c] = rendered.truth.card!.corners;
    expect(covered(rendered, (a.x + b.x) / 2, a.y + (c.y - a.y) * 0.1)).toBe(0);
  });

  /** Pixels that change with the card's colour. */
  function cardPixels(card: NonNullable<BodySceneChanges['card']>): {
    readonly corners: readonly Point[];
    at(x: number, y: number): boolean;
  } {
    const bright = render({ ...zoomed, card });
    const dark = render({ ...zoomed, card: { ...card, colour: [0, 0, 0] } });
    return {
      corners: bright.truth.card!.corners,
      at(x, y) {
        const pixel = (Math.floor(y) * bright.image.width + Math.floor(x)) * 3;
        return bright.image.data[pixel]! - dark.image.data[pixel]! > 40;
      },
    };
  }
});

describe('profile', () => {
  test('meets its points and overshoots none of them', () => {
    const curve = profile([
      [0, 1],
      [1, 5],
      [2, 5],
      [4, 2],
    ]);
    expect([0, 1, 2, 4].map(curve)).toEqual([1, 5, 5, 2]);
    expect([-1, 9].map(curve)).toEqual([1, 2]);
    for (let at = 0; at <= 4; at += 0.05) expect(curve(at)).toBeLessThanOrEqual(5 + 1e-9);
  });
});

function placeOf({ truth }: RenderedBody, point: number): [number, number] {
  return [truth.landmarks[point * 3]!, truth.landmarks[point * 3 + 1]!];
}

function mean(points: readonly Point[]): Point {
  return {
    x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
    y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
  };
}

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

/** Connected parts of a mask. */
function piecesOf(mask: Uint8Array, width: number): number {
  const seen = new Uint8Array(mask.length);
  let pieces = 0;
  for (const [start, value] of mask.entries()) {
    if (value === 0 || seen[start] === 1) continue;
    pieces++;
    const open = [start];
    seen[start] = 1;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const next of [at - 1, at + 1, at - width, at + width]) {
        if (mask[next] === undefined || mask[next] === 0 || seen[next] === 1) continue;
        seen[next] = 1;
        open.push(next);
      }
    }
  }
  return pieces;
}
