import type { ModelIdentity } from '../../../protocol/records.ts';
import { DEFAULT_DECODE_LIMITS, type DecodeLimits } from '../../../vision/decode-image.ts';
import { createThreadPool } from '../../../vision/thread-pool.ts';
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
      const run = () => pool.run(job, [image.buffer]);
      const result = await onThread(run, signal, 'measuring the still');
      return { result: { ...result }, measurements: faceQualityMeasurements(result) };
    },
    close: pool.close,
  };
}
