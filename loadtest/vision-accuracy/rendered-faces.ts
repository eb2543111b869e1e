import { createFaceRenderer } from '../../src/synthetic/face-renderer.ts';
import { DEFAULT_FACE, faceScene, type MonkTone } from '../../src/synthetic/face-scene.ts';
import type { FrameAnalysisStage } from '../../src/vision/analyse-frame.ts';
import type { CanonicalFace } from '../../src/vision/types.ts';
import { type FaceErrors, meshErrors, poseErrors } from './errors.ts';

export const RENDERED_YAWS_DEG = [-30, -20, -10, 0, 10, 20, 30];
export const RENDERED_PITCHES_DEG = [-20, -10, 0, 10, 20];
export const RENDERED_ROLLS_DEG = [-25, -12, 0, 12, 25];
/** From a phone held near to a laptop's distance. */
export const RENDERED_DISTANCES_CM = [28, 38, 50];

export interface RenderedPose {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly rollDeg: number;
  readonly distanceCm: number;
  readonly skin: MonkTone;
}

/** Every `stride`-th pose of the grid, tones in turn, so that a short run covers the same range as a long one. */
export function renderedPoses(stride: number): RenderedPose[] {
  const poses: RenderedPose[] = [];
  let index = 0;
  for (const distanceCm of RENDERED_DISTANCES_CM) {
    for (const yawDeg of RENDERED_YAWS_DEG) {
      for (const pitchDeg of RENDERED_PITCHES_DEG) {
        for (const rollDeg of RENDERED_ROLLS_DEG) {
          const skin = ((index % 10) + 1) as MonkTone;
          if (index++ % stride === 0) poses.push({ yawDeg, pitchDeg, rollDeg, distanceCm, skin });
        }
      }
    }
  }
  return poses;
}

/** Renders each pose and analyses it as a single image; faces that are not found are left out of the answer. */
export async function measureRenderedFaces(
  stage: FrameAnalysisStage,
  canonical: CanonicalFace,
  poses: readonly RenderedPose[],
): Promise<readonly FaceErrors[]> {
  const renderer = createFaceRenderer(canonical);
  const errors: FaceErrors[] = [];
  for (const [index, pose] of poses.entries()) {
    const scene = faceScene({ face: { ...DEFAULT_FACE, ...pose }, seed: index + 1 });
    const { image, faces } = renderer.render(scene);
    const { analysis } = await stage.analyse(image, null);
    const truth = faces[0];
    if (analysis.face === null || truth === undefined) continue;
    errors.push({
      name: `yaw ${pose.yawDeg} pitch ${pose.pitchDeg} roll ${pose.rollDeg} at ${pose.distanceCm} cm, Monk ${pose.skin}`,
      meshPercent: meshErrors(truth.landmarks, analysis.face.landmarks),
      poseDeg: poseErrors(truth.pose, analysis.face.pose),
    });
  }
  return errors;
}
