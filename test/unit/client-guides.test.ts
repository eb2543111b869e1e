import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitPreview } from '../../client/component/fit-preview.ts';
import { fitOutline } from '../../client/component/guides/fit-outline.ts';
import { resolveProfile } from '../../src/guidance/profiles.ts';

const containers = fc.record({
  width: fc.integer({ min: 240, max: 3000 }),
  height: fc.integer({ min: 300, max: 2000 }),
});
const videos = fc.constantFrom(
  { width: 1280, height: 720 },
  { width: 720, height: 1280 },
  { width: 480, height: 640 },
);
const placesOf = (path: string) =>
  [...path.matchAll(/(-?\d+\.\d) (-?\d+\.\d)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));

describe.each(['body-front', 'body-side'])('the outline of %s', (profile) => {
  it('stands within a preview of which all is seen, in a size that the profile takes', () => {
    const { min = 0, max = 1 } = resolveProfile(`${profile}:relaxed`).thresholds['body-ratio'] ?? {};
    fc.assert(
      fc.property(containers, videos, (container, video) => {
        const {
          video: shown,
          guide,
          outline = '',
        } = fitOutline(profile, container, video, fitPreview(container, video, {}));
        expect(shown.width).toBeLessThanOrEqual(container.width + 1e-6);
        expect(shown.top + shown.height).toBeLessThanOrEqual(container.height + 1e-6);
        const ratio = (2 * guide.ry) / shown.height;
        expect(ratio).toBeGreaterThan(min);
        expect(ratio).toBeLessThan(max);
        for (const { x, y } of placesOf(outline)) {
          expect(x).toBeGreaterThanOrEqual(shown.left - 0.1);
          expect(x).toBeLessThanOrEqual(shown.left + shown.width + 0.1);
          expect(Math.abs(y - guide.y)).toBeLessThanOrEqual(guide.ry * 1.02 + 0.1);
        }
      }),
    );
  });
});

it('the outline from the front is the same on both sides', () => {
  const container = { width: 400, height: 800 };
  const { outline = '' } = fitOutline(
    'body-front',
    container,
    container,
    fitPreview(container, container, {}),
  );
  const mirrored = placesOf(outline).map(({ x, y }) => `${(400 - x).toFixed(0)} ${y.toFixed(0)}`);
  const own = new Set(placesOf(outline).map(({ x, y }) => `${x.toFixed(0)} ${y.toFixed(0)}`));
  expect(mirrored.filter((place) => !own.has(place)).length).toBeLessThan(mirrored.length * 0.05);
});

it('a card’s frame has the shape of a card, and a portrait’s head that of the oval', () => {
  const container = { width: 400, height: 800 };
  const face = fitPreview(container, container, {});
  const card = fitOutline('reference-card:strict', container, container, face);
  expect(card.guide.rx / card.guide.ry).toBeCloseTo(85.6 / 53.98, 6);
  const portrait = fitOutline('portrait', container, container, face);
  expect(portrait.guide).toEqual(face.guide);
  expect(portrait.video).toEqual(face.video);
  expect(portrait.outline).toMatch(/^M[^M]*z$/);
});
