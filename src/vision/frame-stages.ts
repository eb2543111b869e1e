import { createAppearance } from './face-appearance.ts';
import type { FaceDetection } from './face-detections.ts';
import { createFaceDetector } from './face-detector.ts';
import type { MeshResult } from './face-mesh.ts';
import { MESH_WARP, readMesh } from './face-mesh.ts';
import { createHeadPoseEstimator } from './head-pose.ts';
import type { FaceModels } from './model-runner.ts';
import { readSceneAppearance } from './scene-appearance.ts';
import type { CanonicalFace, FaceAppearance, Pose, Region, RgbImage, SceneAppearance } from './types.ts';
import { createWarp } from './warp.ts';

/** The steps of a frame one by one, for whoever wants to time them. `analyse-frame.ts` is what runs in service. */
export interface FrameStages {
  detect(image: RgbImage): Promise<FaceDetection[]>;
  /** Fills the mesh model's input. */
  warp(image: RgbImage, region: Region): void;
  /** Runs the mesh on what `warp` left; `region` is the one that was warped. */
  mesh(region: Region): Promise<MeshResult>;
  pose(landmarks: Float32Array, width: number, height: number): Pose;
  appearance(image: RgbImage, landmarks: Float32Array): FaceAppearance;
  scene(image: RgbImage): SceneAppearance;
}

export function createFrameStages(models: FaceModels, canonical: CanonicalFace): FrameStages {
  const detector = createFaceDetector(models.detector);
  const warp = createWarp(MESH_WARP);
  const headPose = createHeadPoseEstimator(canonical);
  const appearance = createAppearance(canonical);
  return {
    detect: detector.detect,
    warp: (image, region) => warp.write(image, region, models.mesh.input),
    mesh: async (region) => readMesh(await models.mesh.run(), region),
    pose: headPose.estimate,
    appearance: appearance.read,
    scene: readSceneAppearance,
  };
}
