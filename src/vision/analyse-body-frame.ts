import type { FrameAnalysisStage } from './analyse-frame.ts';
import { createBodyAppearance } from './body-appearance.ts';
import { missingParts } from './body-extent.ts';
import type { BodyFinder } from './body-finder.ts';
import { readSceneAppearance } from './scene-appearance.ts';
import type { BodyAnalysis, BodyTrack, RgbImage } from './types.ts';

/** @param finder has to give masks */
export function createBodyFrameAnalysis(finder: BodyFinder): FrameAnalysisStage<RgbImage, BodyTrack> {
  const appearance = createBodyAppearance();
  return {
    async analyse(image, track) {
      const started = performance.now();
      const { body: pose, bodyCount, track: nextTrack } = await finder.find(image, track);
      const inferred = performance.now();
      const { width, height } = image;
      const body: BodyAnalysis | null = pose?.mask
        ? {
            landmarks: pose.landmarks,
            worldLandmarks: pose.worldLandmarks,
            visibility: pose.visibility,
            presence: pose.presence,
            score: pose.score,
            missingParts: missingParts(pose, width, height),
            ...appearance.read(image, pose.mask),
          }
        : null;
      const scene = readSceneAppearance(image);
      return {
        analysis: { width, height, face: null, faceCount: 0, secondFaceRatio: 0, body, bodyCount, scene },
        track: nextTrack,
        inferMs: inferred - started,
        appearanceMs: performance.now() - inferred,
      };
    },
  };
}
