import { beforeAll, describe, expect, it, test } from 'vitest';
import { measureSkin } from '../../src/analysis/analyzers/skin/measure-skin.ts';
import { skinMeasurements } from '../../src/analysis/analyzers/skin/skin-measurements.ts';
import { type ConcernId, skinResultSchema } from '../../src/analysis/analyzers/skin/skin-result.ts';
import { faceScene } from '../../src/synthetic/face-scene.ts';
import { type RenderedFace, renderFace } from '../../src/synthetic/render-face.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import type { FrameAnalysis, RgbImage } from '../../src/vision/types.ts';
import { drawSkinFault, type SkinFault } from '../support/draw-skin-fault.ts';
import { frameAnalysis } from '../support/frame-analysis.ts';

const FAULTS: readonly SkinFault[] = ['redness', 'acne', 'age_spot', 'dark_circle', 'radiance', 'oiliness'];

let clean: RenderedFace;
beforeAll(async () => {
  const canonical = await (await openModels()).loadCanonicalFace();
  clean = renderFace(faceScene({ width: 512, height: 512, face: { distanceCm: 32 } }), canonical);
});

/** As the true landmarks of the rendered face see it. */
function analysisOf(image: RgbImage): FrameAnalysis {
  const made = frameAnalysis({ width: image.width, height: image.height });
  if (made.face === null) throw new Error('the frame has no face');
  return { ...made, face: { ...made.face, landmarks: clean.landmarks, box: clean.box } };
}

const measure = (image: RgbImage) => measureSkin(image, analysisOf(image));
const scoreIn = (result: Awaited<ReturnType<typeof measure>>, id: ConcernId) =>
  result.concerns.find((concern) => concern.id === id)?.score ?? null;

describe('skin of a still', () => {
  test.each(FAULTS)('%s: falls with its own fault, the stronger the lower', async (fault) => {
    const scores: number[] = [];
    for (const strength of [0, 0.5, 1]) {
      const result = await measure(drawSkinFault(clean.image, clean.landmarks, fault, strength));
      scores.push(scoreIn(result, fault) ?? Number.NaN);
    }
    expect(scores[0]).toBeGreaterThanOrEqual(90);
    expect(scores[1]).toBeLessThan(scores[0]! - 5);
    expect(scores[2]).toBeLessThan(scores[1]! - 5);
  });

  it('names all 14 concerns by its schema, those that it does not measure without a score', async () => {
    const result = skinResultSchema.parse(await measure(clean.image));
    expect(result.concerns).toHaveLength(14);
    for (const { id, score, confidence } of result.concerns) {
      if (!(FAULTS as readonly string[]).includes(id))
        expect({ score, confidence }).toEqual({ score: null, confidence: 0 });
    }
    expect(result.masks.map(({ id }) => id).toSorted()).toEqual([...FAULTS].toSorted());
    const rows = skinMeasurements(result);
    expect(rows).toContainEqual(expect.objectContaining({ metric: 'skin.wrinkle.score', value: null }));
    expect(rows).toContainEqual(expect.objectContaining({ metric: 'skin.redness.score', region: 'nose' }));
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
