import type { ModelIdentity } from '../../../protocol/records.ts';
import { DEFAULT_DECODE_LIMITS, type DecodeLimits } from '../../../vision/decode-image.ts';
import { FACE_MODEL_NAMES } from '../../../vision/load-face-models.ts';
import { createModelPool, type ModelThreadData } from '../../../vision/model-pool.ts';
import type { ModelReload } from '../../../vision/model-reload.ts';
import { onThread } from '../../on-thread.ts';
import type { Analyzer } from '../../types.ts';
import { faceQualityMeasurements } from './face-quality-measurements.ts';
import type { FaceQualityResult } from './face-quality-result.ts';
import type { StillProfile } from './measure-still.ts';

export interface FaceQualityOptions {
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

export interface FaceQualityThreadData extends ModelThreadData {
  readonly limits: DecodeLimits;
}

export interface FaceQualityReady {
  readonly models: readonly ModelIdentity[];
}

export interface FaceQualityJob {
  readonly image: Uint8Array<ArrayBuffer>;
  readonly capture: StillProfile;
}

const KIND = 'face-quality';
/** Changes whenever the same still may give another result. */
const VERSION = '1.1.0';
const DEFAULT_TIMEOUT_MS = 20_000;
/** Longer than the widest image of the pixel limit would be in any sensible shape: stills are measured as they came. */
const FULL_RESOLUTION_EDGE_PX = 16_384;

/**
 * Measures full-resolution stills on worker threads. Resolves when the models are loaded; rejects with model-missing,
 * model-hash-mismatch or model-unsupported.
 */
export async function createFaceQualityAnalyzer(options: FaceQualityOptions): Promise<Analyzer> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const limits = { ...DEFAULT_DECODE_LIMITS, maxEdgePx: FULL_RESOLUTION_EDGE_PX, ...options.limits };
  const pool = await createModelPool<
    FaceQualityJob,
    FaceQualityResult,
    FaceQualityReady,
    Pick<FaceQualityThreadData, 'limits'>
  >({
    script: new URL('./face-quality-thread.ts', import.meta.url),
    modelsFolder: options.modelsFolder,
    modelNames: FACE_MODEL_NAMES,
    threadData: { limits },
    reload: options.reload,
    threads: options.threads,
    jobsPerThread: 1,
    jobTimeoutMs: timeoutMs,
  });
  return {
    kind: KIND,
    version: VERSION,
    get models() {
      return pool.ready.models;
    },
    analyse: async (capture, image, signal) => {
      const { profile, level, thresholds } = capture;
      const job: FaceQualityJob = { image, capture: { profile, level, thresholds } };
      const run = () => pool.runTold(job, [image.buffer]);
      const { result, by } = await onThread(run, signal, 'measuring the still');
      return { result: { ...result }, measurements: faceQualityMeasurements(result), models: by.models };
    },
    close: pool.close,
  };
}
