import { FramegateError, toFramegateError } from '../../../protocol/framegate-error.ts';
import type { ModelIdentity } from '../../../protocol/records.ts';
import { DEFAULT_DECODE_LIMITS, type DecodeLimits } from '../../../vision/decode-image.ts';
import { createThreadPool } from '../../../vision/thread-pool.ts';
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
}

export interface FaceQualityThreadData {
  readonly modelsFolder: string;
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
  const workerData: FaceQualityThreadData = { modelsFolder: options.modelsFolder, limits };
  const pool = await createThreadPool<FaceQualityJob, FaceQualityResult, FaceQualityReady>({
    script: new URL('./face-quality-thread.ts', import.meta.url),
    workerData,
    threads: options.threads,
    jobsPerThread: 1,
    jobTimeoutMs: timeoutMs,
  });
  return {
    kind: KIND,
    version: VERSION,
    models: pool.ready.models,
    analyse: async (capture, image, signal) => {
      const { profile, level, thresholds } = capture;
      const job: FaceQualityJob = { image, capture: { profile, level, thresholds } };
      const result = await abortable(pool.run(job, [image.buffer]), signal).catch((thrown: unknown) => {
        throw analysisError(thrown);
      });
      return { result: { ...result }, measurements: faceQualityMeasurements(result) };
    },
    close: pool.close,
  };
}

/** A machine that was busy may have time at the next delivery, so a timeout is tried again. */
function analysisError(thrown: unknown): FramegateError {
  const error = toFramegateError(thrown);
  if (error.code !== 'decode-timeout') return error;
  return new FramegateError('analysis-timeout', 'measuring the still took longer than the limit', {
    retryable: true,
    cause: error,
  });
}

async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = () => new FramegateError('server-draining', 'the worker is stopping', { retryable: true });
  if (signal.aborted) throw stopped();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(stopped());
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
