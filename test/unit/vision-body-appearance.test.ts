import { beforeAll, describe, expect, it } from 'vitest';
import { type BodySceneChanges, bodyScene } from '../../src/synthetic/body/body-scene.ts';
import { type RenderedBody, renderBody } from '../../src/synthetic/body/render-body.ts';
import { type BodyAppearance, createBodyAppearance } from '../../src/vision/body-appearance.ts';
import { type BodyMask, MASK_PIXELS } from '../../src/vision/body-mask.ts';
import { srgbFromLinear } from '../../src/vision/colour.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import type { Box, CanonicalFace, Region } from '../../src/vision/types.ts';
import { maskOfTruth } from '../support/mask-of-truth.ts';

const SIZE = { width: 288, height: 512 };
const WHOLE: Region = { centerX: 144, centerY: 256, sizePx: 512, rotationRad: 0 };
/** Grey clothes and hair, the colour of many walls. */
const GREY = [128, 128, 128] as const;
const GREY_LOOKS = {
  hair: { style: 'short', colour: GREY },
  shirt: GREY,
  trousers: GREY,
  shoes: GREY,
} as const;

let canonical: CanonicalFace;
beforeAll(async () => {
  canonical = await (await openModels()).loadCanonicalFace();
});

function rendered(changes: BodySceneChanges = {}): RenderedBody {
  return renderBody(bodyScene({ ...SIZE, ...changes }), canonical);
}

/** The byte that is nearest to a CIE lightness. */
function greyOfLightness(l: number): number {
  return Math.round(255 * srgbFromLinear(((l + 16) / 116) ** 3));
}

function appearanceOf({ image, truth }: RenderedBody, region = WHOLE): BodyAppearance {
  return createBodyAppearance().read(image, maskOfTruth(truth.mask, image.width, image.height, region));
}

function trueBox({ image, truth }: RenderedBody): Box {
  let [left, top, right, bottom] = [image.width, image.height, 0, 0];
  for (const [at, value] of truth.mask.entries()) {
    if (value < 128) continue;
    const [x, y] = [at % image.width, Math.floor(at / image.width)];
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x + 1), Math.max(bottom, y + 1)];
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

describe('the appearance of a body', () => {
  it('has the silhouette’s bounds as its box', () => {
    const scene = rendered();
    const { box, edgesReached } = appearanceOf(scene);
    const truth = trueBox(scene);
    for (const key of ['x', 'y', 'width', 'height'] as const) {
      expect(Math.abs(box[key] - truth[key]), key).toBeLessThanOrEqual(5);
    }
    expect(edgesReached).toEqual([]);
  });

  it('keeps the box in the picture where the body runs out of it', () => {
    const { box, edgesReached } = appearanceOf(rendered({ camera: { distanceCm: 120, heightCm: 140 } }));
    expect(box.y + box.height).toBeLessThanOrEqual(SIZE.height);
    expect(edgesReached).toContain('bottom');
  });

  it('leaves a stray pixel out of the box', () => {
    const scene = rendered();
    const { box } = appearanceOf(scene);
    const mask = maskOfTruth(scene.truth.mask, SIZE.width, SIZE.height, WHOLE);
    // One mask pixel: 2 × 2 of the picture's, near its upper left.
    mask.confidence[4 * 256 + 70] = 1;
    expect(createBodyAppearance().read(scene.image, mask).box).toEqual(box);
  });

  it('contrasts with a wall of another colour, and hardly with one of its own', () => {
    const onGrey = appearanceOf(rendered({ looks: GREY_LOOKS, room: { wall: GREY, texture: 0 } }));
    const onWhite = appearanceOf(
      rendered({ looks: GREY_LOOKS, room: { wall: [236, 236, 236], texture: 0 } }),
    );
    const onGreen = appearanceOf(rendered({ looks: GREY_LOOKS, room: { wall: [90, 160, 70], texture: 0 } }));
    expect(onWhite.backgroundContrast).toBeGreaterThan(25);
    expect(onGreen.backgroundContrast).toBeGreaterThan(25);
    expect(onGrey.backgroundContrast).toBeLessThan(0.6 * onWhite.backgroundContrast);
  });

  it.each([
    [256, 0],
    [256, 0.7],
    [512, 0],
    [512, -2],
  ])(
    'reads both sides of the edge at the same distance: region of %i px, turned by %d',
    (sizePx, rotationRad) => {
      // A disc whose lightness rises by one a pixel across its edge.
      const region: Region = { centerX: 140, centerY: 120, sizePx, rotationRad };
      const disc = (x: number, y: number) =>
        Math.hypot(x + 0.5 - region.centerX, y + 0.5 - region.centerY) - 80;
      const places = Array.from({ length: 288 * 256 }, (_, at) => disc(at % 288, Math.floor(at / 288)));
      const greys = places.flatMap((fromEdge) => {
        const level = greyOfLightness(50 + Math.max(-25, Math.min(25, fromEdge)));
        return [level, level, level];
      });
      const image = { data: Uint8Array.from(greys), width: 288, height: 256 };
      const truth = Uint8Array.from(places, (fromEdge) => (fromEdge < 0 ? 255 : 0));
      const { backgroundContrast } = createBodyAppearance().read(image, maskOfTruth(truth, 288, 256, region));
      expect(Math.abs(backgroundContrast - (7 * sizePx) / 256)).toBeLessThan(1.6);
    },
  );

  it('says the same of a body in a tilted region', () => {
    const scene = rendered();
    const upright = appearanceOf(scene);
    const tilted = appearanceOf(scene, { ...WHOLE, sizePx: 620, rotationRad: 0.2 });
    expect(tilted.backgroundContrast / upright.backgroundContrast).toBeCloseTo(1, 0.8);
    expect(tilted.luminance / upright.luminance).toBeCloseTo(1, 1);
    expect(Math.abs(tilted.box.height - upright.box.height)).toBeLessThan(8);
  });

  it('tells the body’s brightness from that of what surrounds it', () => {
    const dark = appearanceOf(rendered({ room: { wall: [40, 40, 40], floor: [40, 40, 40] } }));
    const bright = appearanceOf(rendered({ room: { wall: [240, 240, 240], floor: [240, 240, 240] } }));
    expect(bright.surroundLuminance).toBeGreaterThan(5 * dark.surroundLuminance);
    expect(bright.luminance / dark.luminance).toBeCloseTo(1, 1);
    const exposed = appearanceOf(rendered({ camera: { exposureEv: 1 } }));
    expect(exposed.luminance / appearanceOf(rendered()).luminance).toBeGreaterThan(1.6);
  });

  it.each([
    ['blown', { camera: { exposureEv: 4 } }],
    ['crushed', { camera: { exposureEv: -9, noise: 0 } }],
  ] as const)('counts what is %s', (_, changes) => {
    expect(appearanceOf(rendered()).clippedShare).toBeLessThan(0.02);
    expect(appearanceOf(rendered(changes)).clippedShare).toBeGreaterThan(0.2);
  });

  it('has no contrast and its own surroundings where the body fills the picture', () => {
    const mask: BodyMask = { confidence: new Float32Array(MASK_PIXELS).fill(1), region: WHOLE };
    const appearance = createBodyAppearance().read(rendered().image, mask);
    expect(appearance).toMatchObject({ backgroundContrast: 0, box: { x: 0, y: 0, ...SIZE } });
    expect(appearance.surroundLuminance).toBe(appearance.luminance);
  });

  it('is empty for an empty mask', () => {
    const mask: BodyMask = { confidence: new Float32Array(MASK_PIXELS), region: WHOLE };
    expect(createBodyAppearance().read(rendered().image, mask)).toMatchObject({
      box: { width: 0, height: 0 },
      backgroundContrast: 0,
      clippedShare: 0,
    });
  });
});
