import type { ModelIdentity } from '../protocol/records.ts';
import { DEFAULT_DECODE_LIMITS, type DecodeLimits } from './decode-image.ts';
import { FACE_MODEL_NAMES } from './load-face-models.ts';
import { type PoseModelSize, poseModelNames } from './load-pose-models.ts';
import { createModelPool, type ModelThreadData } from './model-pool.ts';
import type { ModelReload } from './model-reload.ts';
import type { FrameAnalyser, FrameJob, FrameResult, FrameSubject } from './types.ts';

export interface InferencePoolOptions {
  /** Worker threads, each with its own sessions and buffers. */
  readonly threads: number;
  /** The folder with manifest.json and <name>/<version>/model.onnx. */
  readonly modelsFolder: string;
  /** What bodies are found with; lite where it is not given: it is fast enough for live frames. */
  readonly poseModel?: PoseModelSize;
  /** Merged over DEFAULT_DECODE_LIMITS. */
  readonly limits?: Partial<DecodeLimits>;
  /** A job that takes longer is rejected with decode-timeout and its thread replaced. */
  readonly jobTimeoutMs?: number;
  /** Tells when other models are in use; without it, those that there are at the start are kept. */
  readonly reload?: ModelReload | undefined;
}

export interface InferencePool extends FrameAnalyser {
  /** What each subject is found with, for provenance. */
  readonly models: Readonly<Record<FrameSubject, readonly ModelIdentity[]>>;
}

/** What a thread is started with. */
export interface InferenceWorkerData extends ModelThreadData {
  readonly poseModel: PoseModelSize;
  readonly limits: DecodeLimits;
}

/** What a thread says when it is ready. */
export type InferenceReady = Pick<InferencePool, 'models'>;

const JOB_TIMEOUT_MS = 8_000;
/** The second image is decoded while the first one is inferred: a thread never waits for the decoder. */
const JOBS_PER_THREAD = 2;

/**
 * Analyses frames and stills on worker threads. Resolves when every thread has the models of faces loaded and has run
 * them; rejects with model-missing, model-hash-mismatch or model-unsupported. What bodies and cards need, a thread loads
 * with the first job that looks for one.
 *
 * Frames and stills are the same job: an image whose longer side exceeds `limits.maxEdgePx` is shrunk while it is
 * decoded, and the analysis speaks of the shrunk picture (its `width` and `height`); `readImageHeader` tells the
 * original's size. Images are transferred to the thread, not copied, where they own their buffer.
 */
export async function createInferencePool(options: InferencePoolOptions): Promise<InferencePool> {
  const { modelsFolder, poseModel = 'lite', reload } = options;
  const limits = { ...DEFAULT_DECODE_LIMITS, ...options.limits };
  const pool = await createModelPool<
    FrameJob,
    FrameResult,
    InferenceReady,
    Pick<InferenceWorkerData, 'poseModel' | 'limits'>
  >({
    script: new URL('./inference-worker.ts', import.meta.url),
    modelsFolder,
    modelNames: [...FACE_MODEL_NAMES, ...poseModelNames(poseModel)],
    threadData: { poseModel, limits },
    reload,
    threads: options.threads,
    jobsPerThread: JOBS_PER_THREAD,
    jobTimeoutMs: options.jobTimeoutMs ?? JOB_TIMEOUT_MS,
  });
  return {
    concurrency: options.threads * JOBS_PER_THREAD,
    threads: options.threads,
    // Sessions keep this object: it names what is in use when they look.
    models: {
      get face() {
        return pool.ready.models.face;
      },
      get body() {
        return pool.ready.models.body;
      },
      get card() {
        return pool.ready.models.card;
      },
    },
    analyse(job) {
      // A view would take its neighbours along, and a Buffer's slice() is a view.
      const owns = job.data.byteLength === job.data.buffer.byteLength;
      const data = owns ? job.data : new Uint8Array(job.data);
      return pool.run({ ...job, data }, [data.buffer]);
    },
    close: pool.close,
  };
}
