/** A thread of the inference pool: while it infers, threads of libvips decode the next image that is no plain JPEG. */
import { parentPort, workerData } from 'node:worker_threads';
import { createFrameAnalysis, type FrameAnalysisStage } from './analyse-frame.ts';
import { type Decoding, startDecoding } from './decode-image.ts';
import { createFaceFinder } from './face-finder.ts';
import type { InferenceReady, InferenceWorkerData } from './inference-pool.ts';
import { createJpegDecoder } from './jpeg-decoder.ts';
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
  const jpegDecoder = createJpegDecoder();
  // The models' buffers and the decoder's pixels serve one frame at a time.
  let turn: Promise<unknown> = Promise.resolve();

  async function analyse(decoding: Decoding, job: FrameJob): Promise<FrameResult> {
    const { image, decodeMs } = await decoding.finish();
    const { analysis, track, inferMs, appearanceMs } = await stage.analyse(image, job.track);
    return { analysis, track, timings: { decodeMs, inferMs, appearanceMs } };
  }

  const server: JobServer<FrameJob, FrameResult> = {
    async answer(job) {
      const maxEdgePx = Math.min(limits.maxEdgePx, job.maxEdgePx ?? limits.maxEdgePx);
      const decoding = startDecoding(job.data, { ...limits, maxEdgePx }, job.declared, jpegDecoder);
      const mine = turn.then(() => analyse(decoding, job));
      turn = mine.catch(() => {});
      return mine;
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
