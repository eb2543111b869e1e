/** A thread of the inference pool: while it infers, threads of libvips decode the next image that is no plain JPEG. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Decoding, startDecoding } from './decode-image.ts';
import type { InferenceReady, InferenceWorkerData } from './inference-pool.ts';
import { createJpegDecoder } from './jpeg-decoder.ts';
import { type JobServer, serveJobs, type WhileLoading } from './serve-jobs.ts';
import { openSubjectStages } from './subject-stages.ts';
import type { FrameAnalysis, FrameJob, FrameResult } from './types.ts';

if (parentPort === null) throw new Error('inference-worker runs as a worker thread');
await serveJobs(parentPort, prepare);

async function prepare(
  whileLoading: WhileLoading,
): Promise<{ ready: InferenceReady; server: JobServer<FrameJob, FrameResult> }> {
  const { limits, ...models } = workerData as InferenceWorkerData;
  const stages = await openSubjectStages({ ...models, whileLoading });
  const jpegDecoder = createJpegDecoder();
  // The models' buffers and the decoder's pixels serve one frame at a time.
  let turn: Promise<unknown> = Promise.resolve();

  async function analyse(decoding: Decoding, job: FrameJob): Promise<FrameResult> {
    const { image, decodeMs } = await decoding.finish();
    const found = await stages.analyse(job.subject ?? 'face', image, job.track);
    const { analysis, track, inferMs, appearanceMs } = found;
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
    transferOf: ({ analysis }) => buffersOf(analysis),
    async stop() {
      const inferred = turn;
      // Whoever decodes still never gets a turn: the sessions are gone after this one.
      turn = new Promise(() => {});
      await inferred;
      await stages.close();
    },
  };
  return { ready: { models: stages.models }, server };
}

function buffersOf({ face, body }: FrameAnalysis): ArrayBuffer[] {
  const points = [
    ...(face ? [face.landmarks] : []),
    ...(body ? [body.landmarks, body.worldLandmarks, body.visibility, body.presence] : []),
  ];
  return points.flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}
