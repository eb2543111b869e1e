import type { BodyStage, BodyView } from '../../../protocol/body-measurement.ts';
import { createBodyFinder } from '../../../vision/body-finder.ts';
import { findCard } from '../../../vision/card/find-card.ts';
import { createFaceFinder } from '../../../vision/face-finder.ts';
import { loadFaceModels } from '../../../vision/load-face-models.ts';
import { loadPoseModels, type PoseModelSize } from '../../../vision/load-pose-models.ts';
import type { ModelVersions } from '../../../vision/model-registry.ts';
import { loadOpenCv } from '../../../vision/open-cv.ts';
import type { RgbImage } from '../../../vision/types.ts';
import { readBodyView } from '../../body/evidence/read-body-view.ts';
import type { ReadView } from './body-threads.ts';

/** All that reads pictures, loaded. */
export interface ViewReader {
  /** One picture at a time. @param focalPx of the picture as it is decoded */
  read(
    image: RgbImage,
    view: BodyView,
    picture: { readonly imageSha256: string; readonly focalPx: number | null },
  ): Promise<ReadView>;
  close(): Promise<void>;
}

/** Rejects with model-missing, model-hash-mismatch or model-unsupported. */
export async function openViewReader(
  modelsFolder: string,
  poseModel: PoseModelSize,
  versions?: ModelVersions,
): Promise<ViewReader> {
  const pose = await loadPoseModels(modelsFolder, poseModel, versions);
  const face = await loadFaceModels(modelsFolder, versions);
  const cv = await loadOpenCv();
  const deps = {
    bodyFinder: createBodyFinder(pose.models, { withMask: true }),
    faceFinder: createFaceFinder(face.models),
    findCard: (image: RgbImage, options: Parameters<typeof findCard>[2]) => findCard(cv, image, options),
    models: { body: pose.identities, face: face.identities },
  };
  return {
    async read(image, view, picture) {
      const durations: Partial<Record<BodyStage, number>> = {};
      const timed = (stage: BodyStage, ms: number) => {
        durations[stage] = (durations[stage] ?? 0) + ms;
      };
      const evidence = await readBodyView(image, view, deps, { ...picture, timed });
      return { evidence, durations };
    },
    async close() {
      const runners = [pose.models.detector, pose.models.landmarks, face.models.detector, face.models.mesh];
      await Promise.all(runners.map((runner) => runner.close()));
    },
  };
}
