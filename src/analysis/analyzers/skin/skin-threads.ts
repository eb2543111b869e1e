import type { ModelIdentity } from '../../../protocol/records.ts';
import { DEFAULT_DECODE_LIMITS, type DecodeLimits } from '../../../vision/decode-image.ts';
import { FACE_MODEL_NAMES } from '../../../vision/load-face-models.ts';
import { createModelPool, type ModelThreadData } from '../../../vision/model-pool.ts';
import type { ModelReload } from '../../../vision/model-reload.ts';
import { onThread } from '../../on-thread.ts';
import type { SkinResult } from './skin-result.ts';

export interface SkinThreadsOptions {
  /** The folder with manifest.json and <name>/<version>/model.onnx. */
  readonly modelsFolder: string;
  /** Stills measured at once, each on a thread with models of its own. */
  readonly threads: number;
  /** Merged over the defaults: 50 million pixels, none of them thrown away. */
  readonly limits?: Partial<DecodeLimits>;
  /** A still that takes longer is given up and its thread replaced. Default 20 s. */
  readonly timeoutMs?: number;
  /** Tells when other models are in use; without it, those that there are at the start are kept. */
  readonly reload?: ModelReload | undefined;
}

export interface SkinThreadData extends ModelThreadData {
  readonly limits: DecodeLimits;
}

export interface SkinThreadReady {
  readonly models: readonly ModelIdentity[];
}

export interface SkinThreadJob {
  readonly image: Uint8Array<ArrayBuffer>;
}

/** The threads that captures and jobs of the local provider share. */
export interface SkinThreads {
  readonly models: readonly ModelIdentity[];
  /**
   * Rejects with image-*, analysis-failed (no face), analysis-timeout (retryable), worker-crashed, and server-draining
   * (retryable) where the signal is aborted.
   * @param image an encoded still; its bytes are handed over
   */
  measure(image: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<SkinResult>;
  close(): Promise<void>;
}

/** Changes whenever the same still may give another result. */
export const SKIN_VERSION = '1.0.0';
const DEFAULT_TIMEOUT_MS = 20_000;
/** Longer than the widest image of the pixel limit would be in any sensible shape: the surface wants what detail there is. */
const FULL_RESOLUTION_EDGE_PX = 16_384;

/** Resolves when the models are loaded; rejects with model-missing, model-hash-mismatch or model-unsupported. */
export async function createSkinThreads(options: SkinThreadsOptions): Promise<SkinThreads> {
  const limits = { ...DEFAULT_DECODE_LIMITS, maxEdgePx: FULL_RESOLUTION_EDGE_PX, ...options.limits };
  const pool = await createModelPool<
    SkinThreadJob,
    SkinResult,
    SkinThreadReady,
    Pick<SkinThreadData, 'limits'>
  >({
    script: new URL('./skin-thread.ts', import.meta.url),
    modelsFolder: options.modelsFolder,
    modelNames: FACE_MODEL_NAMES,
    threadData: { limits },
    reload: options.reload,
    threads: options.threads,
    jobsPerThread: 1,
    jobTimeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  });
  return {
    get models() {
      return pool.ready.models;
    },
    measure: (image, signal) =>
      onThread(() => pool.run({ image }, [image.buffer]), signal, 'measuring the skin'),
    close: pool.close,
  };
}
