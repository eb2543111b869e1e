import { beforeAll, expect, it } from 'vitest';
import { inspect } from '../../src/guidance/inspect.ts';
import { resolveProfile } from '../../src/guidance/profiles.ts';
import { PROFILE_LEVELS } from '../../src/protocol/checks.ts';
import type { HintCode } from '../../src/protocol/hint-codes.ts';
import { changeScene, type SceneChanges } from '../../src/synthetic/face-scene.ts';
import { renderScene } from '../../src/synthetic/render-face.ts';
import { createFrameAnalysis } from '../../src/vision/analyse-frame.ts';
import { createFaceFinder } from '../../src/vision/face-finder.ts';
import { loadFaceModels } from '../../src/vision/load-face-models.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import type { FrameAnalysis } from '../../src/vision/types.ts';
import { goodScene, MONK_TONES } from '../support/scene-faults.ts';

let look: (changes: SceneChanges, tone?: (typeof MONK_TONES)[number]) => Promise<FrameAnalysis>;

beforeAll(async () => {
  const { models, canonical } = await loadFaceModels(MODELS_FOLDER);
  const stage = createFrameAnalysis(createFaceFinder(models), canonical);
  look = async (changes, tone = 5) => {
    const scene = changeScene(goodScene(tone, 48), changes);
    return (await stage.analyse(renderScene(scene, canonical).image, null)).analysis;
  };
  return () => Promise.all([models.detector.close(), models.mesh.close()]);
});

it.each(PROFILE_LEVELS)(
  'head and shoulders pass %s for every tone, and are too small for a face profile',
  async (level) => {
    for (const tone of MONK_TONES) {
      const analysis = await look({}, tone);
      expect(inspect(analysis, resolveProfile('portrait', level))).toMatchObject({
        verdict: 'pass',
        hint: null,
      });
      expect(inspect(analysis, resolveProfile('face-skin', 'moderate')).hint?.code).toBe('come-closer');
    }
  },
);

it.each<[what: string, changes: SceneChanges, hint: HintCode]>([
  ['nobody', { face: null }, 'no-face'],
  ['a face that fills the picture', { face: { distanceCm: 27 } }, 'move-back'],
  ['far away', { face: { distanceCm: 90 } }, 'come-closer'],
  ['the chin at the lower edge, the neck outside', { face: { y: 0.78 } }, 'move-up'],
  ['the hair at the upper edge', { face: { y: 0.2 } }, 'move-down'],
  ['a shoulder outside at the image’s left', { face: { x: 0.14 } }, 'move-left'],
  ['a shoulder outside at the image’s right', { face: { x: 0.86 } }, 'move-right'],
  ['turned aside', { face: { yawDeg: 25 } }, 'turn-right'],
])('%s: %s', async (_what, changes, hint) => {
  const inspection = inspect(await look(changes), resolveProfile('portrait'));
  expect(inspection.verdict).toBe('adjust');
  expect(inspection.hint?.code).toBe(hint);
});
