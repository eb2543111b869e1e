import { beforeAll, describe, expect, it, test } from 'vitest';
import { scoreOf } from '../../src/analysis/analyzers/skin/concern.ts';
import { CONCERNS } from '../../src/analysis/analyzers/skin/concerns/all-concerns.ts';
import { measureSkin } from '../../src/analysis/analyzers/skin/measure-skin.ts';
import { skinMeasurements } from '../../src/analysis/analyzers/skin/skin-measurements.ts';
import {
  CONCERN_IDS,
  type ConcernId,
  skinResultSchema,
} from '../../src/analysis/analyzers/skin/skin-result.ts';
import { prepareSkinSurface } from '../../src/analysis/analyzers/skin/skin-surface.ts';
import { faceScene } from '../../src/synthetic/face-scene.ts';
import { type RenderedFace, renderFace } from '../../src/synthetic/render-face.ts';
import { drawSkinFault, SKIN_FAULTS } from '../../src/synthetic/skin-faults/draw-skin-fault.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import type { FrameAnalysis, RgbImage } from '../../src/vision/types.ts';
import { frameAnalysis } from '../support/frame-analysis.ts';

let clean: RenderedFace;
beforeAll(async () => {
  const canonical = await (await openModels()).loadCanonicalFace();
  clean = renderFace(
    faceScene({ width: 900, height: 900, face: { distanceCm: 34 }, camera: { noise: 0.004 } }),
    canonical,
  );
});

/** As the true landmarks of the rendered face see it. */
function analysisOf(image: RgbImage): FrameAnalysis {
  const made = frameAnalysis({ width: image.width, height: image.height });
  if (made.face === null) throw new Error('the frame has no face');
  return { ...made, face: { ...made.face, landmarks: clean.landmarks, box: clean.box } };
}

/** Scores of all concerns, without the masks. */
function scores(image: RgbImage): Record<ConcernId, number> {
  const surface = prepareSkinSurface(image, analysisOf(image).face!);
  return Object.fromEntries(
    CONCERNS.map(({ id, scale, measure }) => [id, scoreOf(scale, measure(surface).raw ?? Number.NaN)]),
  ) as Record<ConcernId, number>;
}

const measure = (image: RgbImage) => measureSkin(image, analysisOf(image));

describe('skin of a still', () => {
  let before: Record<ConcernId, number>;
  beforeAll(() => {
    before = scores(clean.image);
  });

  it('has a fault to draw for every concern', () => {
    expect(SKIN_FAULTS.toSorted()).toEqual(CONCERN_IDS.toSorted());
    expect(CONCERNS.map(({ id }) => id)).toEqual(CONCERN_IDS);
  });

  it('gives skin without a fault good scores', () => {
    for (const id of CONCERN_IDS) expect(before[id], id).toBeGreaterThan(85);
  });

  test.each(SKIN_FAULTS)('%s: falls with its own fault, the stronger the lower, and alone', (fault) => {
    const half = scores(drawSkinFault(clean.image, clean.landmarks, fault, 0.5));
    const whole = scores(drawSkinFault(clean.image, clean.landmarks, fault, 1));
    expect(half[fault]).toBeLessThan(before[fault] - 1);
    expect(whole[fault]).toBeLessThan(half[fault] - 3);
    const fall = before[fault] - whole[fault];
    expect(fall).toBeGreaterThan(10);
    for (const id of CONCERN_IDS) {
      if (id !== fault) expect(Math.abs(before[id] - whole[id]), id).toBeLessThan(0.5 * fall);
    }
  });

  it('names all 14 concerns by its schema, with rows for ClickHouse', async () => {
    const result = skinResultSchema.parse(await measure(clean.image));
    expect(result.concerns.map(({ id }) => id)).toEqual(CONCERN_IDS);
    const rows = skinMeasurements(result);
    for (const id of CONCERN_IDS) {
      expect(rows).toContainEqual(
        expect.objectContaining({ metric: `skin.${id}.score`, value: expect.any(Number) }),
      );
    }
    expect(rows).toContainEqual(expect.objectContaining({ metric: 'skin.redness.score', region: 'nose' }));
    expect(rows).toContainEqual(
      expect.objectContaining({ metric: 'skin.age', value: result.skinAge?.years, unit: 'years' }),
    );
  });

  it('gives a mask where a concern shows, and none where it does not', async () => {
    const masksOf = async (image: RgbImage) => (await measure(image)).masks.map(({ id }) => id);
    expect(await masksOf(clean.image)).not.toContain('acne');
    expect(await masksOf(drawSkinFault(clean.image, clean.landmarks, 'acne', 1))).toContain('acne');
  });

  it('takes lined and spotted skin for older', async () => {
    const lined = drawSkinFault(clean.image, clean.landmarks, 'wrinkle', 1);
    const young = (await measure(clean.image)).skinAge;
    const old = (await measure(drawSkinFault(lined, clean.landmarks, 'age_spot', 1))).skinAge;
    expect(young?.years).toBeLessThan(35);
    expect(old?.years).toBeGreaterThan(young!.years + 10);
    expect(old?.confidence).toBeLessThan(0.5);
  });

  it('lowers its confidence, and says why, where half of the face is covered', async () => {
    const data = Uint8Array.from(clean.image.data);
    const middle = clean.landmarks[3]!;
    for (let i = 0; i < data.length; i += 3) {
      if ((i / 3) % clean.image.width > middle) data.set([20, 60, 220], i);
    }
    const open = (await measure(clean.image)).concerns.find(({ id }) => id === 'redness')!;
    const covered = (await measure({ ...clean.image, data })).concerns.find(({ id }) => id === 'redness')!;
    expect(covered.doubts).toContain('occluded');
    expect(covered.confidence).toBeLessThan(0.7 * open.confidence);
    expect(covered.regions.find(({ name }) => name === 'left-cheek')).toMatchObject({
      score: null,
      confidence: 0,
    });
  });

  it('rejects a still without a face with analysis-failed', async () => {
    await expect(measureSkin(clean.image, frameAnalysis({ face: null }))).rejects.toMatchObject({
      code: 'analysis-failed',
    });
  });
});
