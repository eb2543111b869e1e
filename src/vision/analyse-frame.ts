import { createAppearance } from './face-appearance.ts';
import { createFaceDetector } from './face-detector.ts';
import { findFaces } from './face-finder.ts';
import { createFaceMesh } from './face-mesh.ts';
import { createHeadPoseEstimator } from './head-pose.ts';
import { boundsOf } from './landmarks.ts';
import type { FaceModels } from './model-runner.ts';
import { readSceneAppearance } from './scene-appearance.ts';
import type { CanonicalFace, FrameAnalysis, RgbImage, TrackState } from './types.ts';

export interface FrameAnalysisResult {
  readonly analysis: FrameAnalysis;
  readonly track: TrackState | null;
  readonly inferMs: number;
  readonly appearanceMs: number;
}

export interface FrameAnalysisStage {
  /**
   * From a picture to everything that guidance may know of it. Depends on its arguments only; takes one frame at a
   * time, because the models' buffers are reused.
   */
  analyse(image: RgbImage, track: TrackState | null): Promise<FrameAnalysisResult>;
}

/** Runs in Node and in browsers: the models come behind ModelRunner. */
export function createFrameAnalysis(models: FaceModels, canonical: CanonicalFace): FrameAnalysisStage {
  const detector = createFaceDetector(models.detector);
  const mesh = createFaceMesh(models.mesh);
  const headPose = createHeadPoseEstimator(canonical);
  const appearance = createAppearance(canonical);
  return {
    async analyse(image, track) {
      const started = performance.now();
      const faces = await findFaces(image, track, detector, mesh);
      const pose = faces.mesh && headPose.estimate(faces.mesh.landmarks, image.width, image.height);
      const inferred = performance.now();
      const face = faces.mesh &&
        pose && {
          landmarks: faces.mesh.landmarks,
          score: faces.mesh.score,
          box: boundsOf(faces.mesh.landmarks),
          pose,
          appearance: appearance.read(image, faces.mesh.landmarks),
        };
      const analysis: FrameAnalysis = {
        width: image.width,
        height: image.height,
        face,
        faceCount: faces.faceCount,
        secondFaceRatio: faces.secondFaceRatio,
        scene: readSceneAppearance(image),
      };
      return {
        analysis,
        track: faces.track,
        inferMs: inferred - started,
        appearanceMs: performance.now() - inferred,
      };
    },
  };
}
