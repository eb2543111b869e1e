import type { BodyStage, BodyView, BodyViewEvidence } from '../../../protocol/body-measurement.ts';
import type { ModelIdentity } from '../../../protocol/records.ts';
import { DEFAULT_DECODE_LIMITS, type DecodeLimits } from '../../../vision/decode-image.ts';
import { FACE_MODEL_NAMES } from '../../../vision/load-face-models.ts';
import { type PoseModelSize, poseModelNames } from '../../../vision/load-pose-models.ts';
import { createModelPool, type ModelThreadData } from '../../../vision/model-pool.ts';
import type { ModelReload } from '../../../vision/model-reload.ts';
import { onThread } from '../../on-thread.ts';

export interface BodyThreadsOptions {
  /** The folder with manifest.json and <name>/<version>/model.onnx. */
  readonly modelsFolder: string;
  readonly poseModel: PoseModelSize;
  /** Pictures read at once, each on a thread with models of its own. */
  readonly threads: number;
  /** Merged over the defaults: 50 million pixels, of which 1,600 along the longer side are kept. */
  readonly limits?: Partial<DecodeLimits>;
  /** A picture that takes longer is given up and its thread replaced; loading models does not count. Default 20 s. */
  readonly timeoutMs?: number;
  /** Tells when other models are in use; without it, those that there are at the start are kept. */
  readonly reload?: ModelReload | undefined;
}

export interface BodyThreadData extends ModelThreadData {
  readonly poseModel: PoseModelSize;
  readonly limits: DecodeLimits;
}

export interface BodyThreadReady {
  readonly models: readonly ModelIdentity[];
}

export interface BodyThreadJob {
  readonly type: 'view';
  readonly view: BodyView;
  readonly image: Uint8Array<ArrayBuffer>;
}

export interface ReadView {
  readonly evidence: BodyViewEvidence;
  /** Milliseconds of the stages that read it. */
  readonly durations: Readonly<Partial<Record<BodyStage, number>>>;
}

/** The threads that live captures and jobs share. They load models and OpenCV with their first picture, not before. */
export interface BodyThreads {
  /** What a picture would be read with. */
  readonly models: readonly ModelIdentity[];
  /**
   * What a picture says. A picture that shows nothing of use is no error: its problems say so.
   * Rejects with image-*, analysis-timeout (retryable), worker-crashed, model-missing, and server-draining (retryable)
   * where the signal is aborted.
   * @param image an encoded picture; its bytes are handed over
   */
  read(view: BodyView, image: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<ReadView>;
  close(): Promise<void>;
}

/** Changes whenever the same pictures may give other sizes. */
export const BODY_VERSION = '1.0.0';
const DEFAULT_TIMEOUT_MS = 20_000;
/** Of 170 cm from head to foot some eight pixels a centimetre: finer than the mask, and a card is 70 pixels long. */
const MAX_EDGE_PX = 1600;

/** Resolves when the threads are there; rejects with model-missing where the folder has no manifest. */
export async function createBodyThreads(options: BodyThreadsOptions): Promise<BodyThreads> {
  const { modelsFolder, poseModel, reload } = options;
  const limits = { ...DEFAULT_DECODE_LIMITS, maxEdgePx: MAX_EDGE_PX, ...options.limits };
  const pool = await createModelPool<
    BodyThreadJob,
    ReadView,
    BodyThreadReady,
    Pick<BodyThreadData, 'poseModel' | 'limits'>
  >({
    script: new URL('./body-thread.ts', import.meta.url),
    modelsFolder,
    modelNames: [...poseModelNames(poseModel), ...FACE_MODEL_NAMES],
    threadData: { poseModel, limits },
    reload,
    threads: options.threads,
    jobsPerThread: 1,
    jobTimeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  });
  return {
    get models() {
      return pool.ready.models;
    },
    read: (view, image, signal) =>
      onThread(() => pool.run({ type: 'view', view, image }, [image.buffer]), signal, 'reading the picture'),
    close: pool.close,
  };
}
