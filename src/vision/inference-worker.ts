/** A thread of the inference pool: decodes the next image beside the inference of the one before. */
import { parentPort, workerData } from 'node:worker_threads';
import { createFrameAnalysis, type FrameAnalysisStage } from './analyse-frame.ts';
import { decodeImage } from './decode-image.ts';
import { createFaceFinder } from './face-finder.ts';
import type { InferenceReady, InferenceWorkerData } from './inference-pool.ts';
import { loadFaceModels } from './load-face-models.ts';
import { type JobServer, serveJobs } from './serve-jobs.ts';
import type { FrameJob, FrameResult } from './types.ts';

/** Enough for the engine to compile what every frame runs. */
const WARM_UP_FRAMES = 6;

if (parentPort === null) throw new Error('inference-worker runs as a worker thread');
await serveJobs(parentPort, prepare);

async function prepare(): Promise<{ ready: InferenceReady; server: JobServer<FrameJob, FrameResult> }> {
  const { modelsFolder, limits } = workerData as InferenceWorkerData;
  const { models, canonical, identities } = await loadFaceModels(modelsFolder);
  const stage = createFrameAnalysis(createFaceFinder(models), canonical);
  await warmUp(stage);
  // The models' buffers serve one frame at a time; decoding needs none of them.
  let turn: Promise<unknown> = Promise.resolve();
  const server: JobServer<FrameJob, FrameResult> = {
    async answer(job) {
      const started = performance.now();
      const image = await decodeImage(job.data, limits, job.declared);
      const decodeMs = performance.now() - started;
      const mine = turn.then(() => stage.analyse(image, job.track));
      turn = mine.catch(() => {});
      const { analysis, track, inferMs, appearanceMs } = await mine;
      return { analysis, track, timings: { decodeMs, inferMs, appearanceMs } };
    },
    transferOf({ analysis }) {
      const landmarks = analysis.face?.landmarks.buffer;
      return landmarks instanceof ArrayBuffer ? [landmarks] : [];
    },
    async stop() {
      const inferred = turn;
      // Whoever decodes still never gets a turn: the sessions are gone after this one.
      turn = new Promise(() => {});
      await inferred;
      await Promise.all([models.detector.close(), models.mesh.close()]);
    },
  };
  return { ready: { models: identities }, server };
}

async function warmUp(stage: FrameAnalysisStage): Promise<void> {
  const [width, height] = [512, 384];
  const image = { data: new Uint8Array(width * height * 3).fill(128), width, height };
  const region = { centerX: width / 2, centerY: height / 2, sizePx: height, rotationRad: 0 };
  for (let i = 0; i < WARM_UP_FRAMES; i++) {
    await stage.analyse(image, { region, framesSinceDetect: 0, faceCount: 1, secondFaceRatio: 0 });
  }
}
