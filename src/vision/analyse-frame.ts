import { createAppearance } from './face-appearance.ts';
import type { FaceFinder } from './face-finder.ts';
import { createHeadPoseEstimator } from './head-pose.ts';
import { boundsOf } from './landmarks.ts';
import { readSceneAppearance } from './scene-appearance.ts';
import type { CanonicalFace, FrameAnalysis, RgbImage, TrackState } from './types.ts';

export interface FrameAnalysisResult<Track = TrackState> {
  readonly analysis: FrameAnalysis;
  readonly track: Track | null;
  readonly inferMs: number;
  readonly appearanceMs: number;
}

export interface FrameAnalysisStage<Image extends RgbImage = RgbImage, Track = TrackState> {
  /**
   * From a picture to everything that guidance may know of it. Takes one frame at a time, because the models' buffers
   * are reused.
   */
  analyse(image: Image, track: Track | null): Promise<FrameAnalysisResult<Track>>;
}

/** Of faces. Runs in Node and in browsers: pose and pixel statistics are the same, whatever finds the face. */
export function createFrameAnalysis<Image extends RgbImage>(
  finder: FaceFinder<Image>,
  canonical: CanonicalFace,
): FrameAnalysisStage<Image> {
  const headPose = createHeadPoseEstimator(canonical);
  const appearance = createAppearance(canonical);
  return {
    async analyse(image, track) {
      const started = performance.now();
      const faces = await finder.find(image, track);
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
