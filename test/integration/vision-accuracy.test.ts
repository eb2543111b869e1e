import { beforeAll, describe, expect, it } from 'vitest';
import { quantile, summariseErrors } from '../../loadtest/vision-accuracy/errors.ts';
import { measureGoldenPair, measurePhotographs } from '../../loadtest/vision-accuracy/photographs.ts';
import { measureRenderedFaces, renderedPoses } from '../../loadtest/vision-accuracy/rendered-faces.ts';
import { createFrameAnalysis, type FrameAnalysisStage } from '../../src/vision/analyse-frame.ts';
import { createFaceFinder } from '../../src/vision/face-finder.ts';
import { type LoadedFaceModels, loadFaceModels } from '../../src/vision/load-face-models.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import { sharedData } from '../support/shared-data.ts';

let loaded: LoadedFaceModels;
let stage: FrameAnalysisStage;
beforeAll(async () => {
  loaded = await loadFaceModels(MODELS_FOLDER);
  stage = createFrameAnalysis(createFaceFinder(loaded.models), loaded.canonical);
});

const faces = sharedData('faces');
const golden = sharedData('mediapipe');

describe.skipIf(faces === null)(
  'photographs against FaceLandmarker (skipped without the optional test data)',
  () => {
    it('every face is found, meshes and poses agree', async () => {
      const { photographs, errors } = await measurePhotographs(stage, faces!);
      const summary = summariseErrors(errors, photographs);
      console.log('photographs', summary);
      expect(summary.found).toBe(summary.faces);
      expect(summary.meshMedianPercent).toBeLessThanOrEqual(2.5);
      expect(summary.meshP90Percent).toBeLessThanOrEqual(4);
      expect(summary.yawMaeDeg).toBeLessThanOrEqual(1.5);
      expect(summary.rollMaeDeg).toBeLessThanOrEqual(1.5);
      expect(summary.pitchMaeDeg).toBeLessThanOrEqual(2.5);
    });
  },
);

describe.skipIf(golden === null)('the golden pair (skipped without the optional test data)', () => {
  it('landmarks within 2.5 % of the distance between the outer eye corners', async () => {
    const errors = await measureGoldenPair(stage, golden!);
    const mean = errors!.reduce((sum, error) => sum + error, 0) / errors!.length;
    console.log('golden pair', { median: quantile(errors!, 0.5), mean, p90: quantile(errors!, 0.9) });
    expect(quantile(errors!, 0.5)).toBeLessThanOrEqual(2.5);
    expect(mean).toBeLessThanOrEqual(2.5);
  });
});

describe('rendered faces', () => {
  it('every face is found over yaw ±30°, pitch ±20°, roll ±25°, ten tones and three distances; MAE ≤ 2° an axis', async () => {
    const poses = renderedPoses(13);
    const summary = summariseErrors(await measureRenderedFaces(stage, loaded.canonical, poses), poses.length);
    console.log('rendered', summary);
    expect(summary.found).toBe(summary.faces);
    expect(summary.yawMaeDeg).toBeLessThanOrEqual(2);
    expect(summary.pitchMaeDeg).toBeLessThanOrEqual(2);
    expect(summary.rollMaeDeg).toBeLessThanOrEqual(2);
  });
});
