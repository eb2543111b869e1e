/** A thread that draws contours: models are loaded once, OpenCV when the first map comes; one picture at a time. */
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import { decodeImage } from '../../../vision/decode-image.ts';
import { createFaceFinder } from '../../../vision/face-finder.ts';
import { createHeadPoseEstimator } from '../../../vision/head-pose.ts';
import { loadFaceModels } from '../../../vision/load-face-models.ts';
import { type Cv, loadOpenCv } from '../../../vision/open-cv.ts';
import { type JobServer, serveJobs } from '../../../vision/serve-jobs.ts';
import { alignFace, type FaceAlignment } from './align-face.ts';
import { buildContoursResult } from './build-contours-result.ts';
import { perceptualHash } from './cache/perceptual-hash.ts';
import { faceContoursMeasurements } from './face-contours-measurements.ts';
import type {
  ContourThreadData,
  ContourThreadJob,
  ContourThreadReady,
  ContourThreadResult,
} from './face-contours-threads.ts';
import type { Point } from './geometry/placement.ts';
import { readLabelMap } from './map/label-map.ts';
import { mapContours } from './map/map-contours.ts';
import { meshContours } from './mesh/mesh-contours.ts';
import { mirroredPairs } from './mesh/mirrored-pairs.ts';

if (parentPort === null) throw new Error('face-contours-thread runs as a worker thread');
await serveJobs(parentPort, prepare);

async function prepare(): Promise<{
  ready: ContourThreadReady;
  server: JobServer<ContourThreadJob, ContourThreadResult>;
}> {
  const { modelsFolder, modelVersions, limits } = workerData as ContourThreadData;
  const { models, canonical, identities } = await loadFaceModels(modelsFolder, modelVersions);
  const finder = createFaceFinder(models);
  const headPose = createHeadPoseEstimator(canonical);
  const meshPairs = mirroredPairs(canonical);
  let cv: Promise<Cv> | null = null;
  let working: Promise<unknown> = Promise.resolve();

  async function answer(job: ContourThreadJob): Promise<ContourThreadResult> {
    switch (job.type) {
      case 'fingerprint': {
        const image = await decodeImage(job.image, limits);
        const pixelsSha256 = createHash('sha256').update(image.data).digest('hex');
        const { width, height } = image;
        return { type: 'fingerprint', likeness: perceptualHash(image), pixelsSha256, width, height };
      }
      case 'map':
        return drawMap(job);
      case 'mesh':
        return drawMesh(job);
    }
  }

  async function drawMap(job: Extract<ContourThreadJob, { type: 'map' }>): Promise<ContourThreadResult> {
    cv ??= loadOpenCv();
    const map = await readLabelMap(job.map, limits);
    if (map.width !== job.width || map.height !== job.height) {
      throw new FramegateError('request-invalid', 'the segmentation map is not of the size of the image');
    }
    const regions = mapContours(await cv, map).map(({ label, shapes }) => ({ id: String(label), shapes }));
    if (regions.length === 0) {
      throw new FramegateError('analysis-failed', 'the segmentation map shows no region');
    }
    const alignment = alignedBy(job.landmarks);
    const { width, height } = map;
    const image = { width, height };
    return {
      type: 'contours',
      result: buildContoursResult({ image, source: 'segmentation-map', alignment, regions }, job.options),
      measurements: [],
    };
  }

  async function drawMesh(job: Extract<ContourThreadJob, { type: 'mesh' }>): Promise<ContourThreadResult> {
    const image = await decodeImage(job.image, limits);
    // A still has no track: the detector looks for every face, and the mesh twice.
    const { mesh } = await finder.find(image, null);
    if (mesh === null) throw new FramegateError('analysis-failed', 'no face was found in the picture');
    const regions = meshContours(mesh.landmarks);
    const alignment = alignedBy(job.landmarks ?? pointsOfMesh(mesh.landmarks));
    const { width, height } = image;
    const pose = headPose.estimate(mesh.landmarks, width, height);
    return {
      type: 'contours',
      result: buildContoursResult(
        {
          image: { width, height },
          source: 'mesh',
          alignment,
          regions: regions.map(({ name, shape }) => ({
            id: name,
            shapes: [shape],
            isFrame: name === 'face-oval',
          })),
        },
        job.options,
      ),
      measurements: faceContoursMeasurements(regions, {
        landmarks: mesh.landmarks,
        meshScore: mesh.score,
        pose,
      }),
    };
  }

  function alignedBy(landmarks: readonly Point[]): FaceAlignment {
    const alignment = alignFace(landmarks, meshPairs);
    if (alignment === null) {
      throw new FramegateError('request-invalid', 'the landmarks are all in one place');
    }
    return alignment;
  }

  return {
    ready: { models: identities },
    server: {
      // The pool gives one job at a time: the models' buffers and a picture's pixels are there once.
      answer(job) {
        const result = answer(job);
        working = result.catch(() => {});
        return result;
      },
      async stop() {
        await working;
        await Promise.all([models.detector.close(), models.mesh.close()]);
      },
    },
  };
}

function pointsOfMesh(landmarks: Float32Array): Point[] {
  return Array.from({ length: landmarks.length / 3 }, (_, index) => ({
    x: landmarks[index * 3]!,
    y: landmarks[index * 3 + 1]!,
  }));
}
