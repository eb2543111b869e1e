/** A thread that reads pictures of bodies: what it needs is loaded with the first one, and it reads one at a time. */
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { decodeImage } from '../../../vision/decode-image.ts';
import { readFocalShare } from '../../../vision/exif-focal.ts';
import { FACE_MODEL_NAMES } from '../../../vision/load-face-models.ts';
import { describePoseModels } from '../../../vision/load-pose-models.ts';
import { openModels } from '../../../vision/model-registry.ts';
import { type JobServer, serveJobs, type WhileLoading } from '../../../vision/serve-jobs.ts';
import type { BodyThreadData, BodyThreadJob, BodyThreadReady, ReadView } from './body-threads.ts';
import type { ViewReader } from './open-view-reader.ts';

/** Models and OpenCV take a second or two on a free processor; a busy machine may need many times that. */
const LOADING_MS = 60_000;

if (parentPort === null) throw new Error('body-thread runs as a worker thread');
await serveJobs(parentPort, prepare);

async function prepare(
  whileLoading: WhileLoading,
): Promise<{ ready: BodyThreadReady; server: JobServer<BodyThreadJob, ReadView> }> {
  const { modelsFolder, modelVersions, loadsAtOnce, poseModel, limits } = workerData as BodyThreadData;
  const registry = await openModels(modelsFolder, modelVersions);
  const models = [
    ...describePoseModels(registry, poseModel),
    ...FACE_MODEL_NAMES.map((name) => registry.describe(name).identity),
  ];
  let reader = loadsAtOnce ? await open() : null;
  let working: Promise<unknown> = Promise.resolve();

  async function open(): Promise<ViewReader> {
    // The module too: what it imports is a good part of what a thread without work would hold.
    const { openViewReader } = await import('./open-view-reader.ts');
    return openViewReader(modelsFolder, poseModel, modelVersions);
  }

  async function read({ view, image: bytes }: BodyThreadJob): Promise<ReadView> {
    const imageSha256 = createHash('sha256').update(bytes).digest('hex');
    const focalShare = readFocalShare(bytes);
    const image = await decodeImage(bytes, limits);
    reader ??= await whileLoading(LOADING_MS, open);
    const focalPx = focalShare === null ? null : focalShare * Math.hypot(image.width, image.height);
    return reader.read(image, view, { imageSha256, focalPx });
  }

  return {
    ready: { models },
    server: {
      // The pool gives one job at a time: the models' buffers and a picture's pixels are there once.
      answer(job) {
        const result = read(job);
        working = result.catch(() => {});
        return result;
      },
      async stop() {
        await working;
        await reader?.close();
      },
    },
  };
}
