import type { ContourOptions } from '../../../protocol/contour-options.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import type { Measurement, ModelIdentity } from '../../../protocol/records.ts';
import { DEFAULT_DECODE_LIMITS, type DecodeLimits } from '../../../vision/decode-image.ts';
import { FACE_MODEL_NAMES } from '../../../vision/load-face-models.ts';
import { createModelPool, type ModelThreadData } from '../../../vision/model-pool.ts';
import type { ModelReload } from '../../../vision/model-reload.ts';
import { onThread } from '../../on-thread.ts';
import type { PictureFingerprint } from './cache/contour-cache.ts';
import type { FaceContoursResult } from './face-contours-result.ts';
import type { Point } from './geometry/placement.ts';

export interface FaceContoursThreadsOptions {
  /** The folder with manifest.json and <name>/<version>/model.onnx. */
  readonly modelsFolder: string;
  /** Pictures drawn at once, each on a thread with models of its own. */
  readonly threads: number;
  /** Merged over the defaults: 50 million pixels, none of them thrown away. */
  readonly limits?: Partial<DecodeLimits>;
  /** A picture that takes longer is given up and its thread replaced. Default 20 s. */
  readonly timeoutMs?: number;
  /** Tells when other models are in use; without it, those that there are at the start are kept. */
  readonly reload?: ModelReload | undefined;
}

export interface ContourThreadData extends ModelThreadData {
  readonly limits: DecodeLimits;
}

export interface ContourThreadReady {
  readonly models: readonly ModelIdentity[];
}

export type ContourThreadJob =
  | { readonly type: 'fingerprint'; readonly image: Uint8Array<ArrayBuffer> }
  | {
      readonly type: 'map';
      readonly map: Uint8Array<ArrayBuffer>;
      /** Of the picture that the map belongs to. */
      readonly width: number;
      readonly height: number;
      readonly landmarks: readonly Point[];
      readonly options: ContourOptions;
    }
  | {
      readonly type: 'mesh';
      readonly image: Uint8Array<ArrayBuffer>;
      /** null: the mesh says how the face is turned. */
      readonly landmarks: readonly Point[] | null;
      readonly options: ContourOptions;
    };

export interface DrawnContours {
  readonly result: FaceContoursResult;
  readonly measurements: readonly Measurement[];
}

export type ContourThreadResult =
  | ({ readonly type: 'fingerprint' } & PictureFingerprint)
  | ({ readonly type: 'contours' } & DrawnContours);

/**
 * The threads that captures and jobs share. All reject with image-*, request-invalid, analysis-failed, analysis-timeout
 * (retryable), worker-crashed, and server-draining (retryable) where the signal is aborted.
 */
export interface FaceContoursThreads {
  readonly models: readonly ModelIdentity[];
  /** @param image is copied */
  fingerprint(image: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<PictureFingerprint>;
  /** @param job its bytes are handed over */
  draw(job: Exclude<ContourThreadJob, { type: 'fingerprint' }>, signal: AbortSignal): Promise<DrawnContours>;
  close(): Promise<void>;
}

/** Changes whenever the same picture may give another result. */
export const FACE_CONTOURS_VERSION = '1.0.0';
const DEFAULT_TIMEOUT_MS = 20_000;
/** Longer than the widest image of the pixel limit would be in any sensible shape: outlines are in pixels as they came. */
const FULL_RESOLUTION_EDGE_PX = 16_384;

/**
 * Resolves when the models are loaded; rejects with model-missing, model-hash-mismatch or model-unsupported.
 */
export async function createFaceContoursThreads(
  options: FaceContoursThreadsOptions,
): Promise<FaceContoursThreads> {
  const limits = { ...DEFAULT_DECODE_LIMITS, maxEdgePx: FULL_RESOLUTION_EDGE_PX, ...options.limits };
  const pool = await createModelPool<
    ContourThreadJob,
    ContourThreadResult,
    ContourThreadReady,
    Pick<ContourThreadData, 'limits'>
  >({
    script: new URL('./face-contours-thread.ts', import.meta.url),
    modelsFolder: options.modelsFolder,
    modelNames: FACE_MODEL_NAMES,
    threadData: { limits },
    reload: options.reload,
    threads: options.threads,
    jobsPerThread: 1,
    jobTimeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  });

  async function run(job: ContourThreadJob, transfer: ArrayBuffer[], signal: AbortSignal) {
    return onThread(() => pool.run(job, transfer), signal, 'drawing the contours');
  }

  return {
    get models() {
      return pool.ready.models;
    },
    fingerprint: async (image, signal) => {
      const answer = await run({ type: 'fingerprint', image }, [], signal);
      if (answer.type !== 'fingerprint') throw wrongAnswer();
      const { likeness, width, height, pixelsSha256 } = answer;
      return { likeness, width, height, pixelsSha256 };
    },
    draw: async (job, signal) => {
      const answer = await run(job, [job.type === 'map' ? job.map.buffer : job.image.buffer], signal);
      if (answer.type !== 'contours') throw wrongAnswer();
      return { result: answer.result, measurements: answer.measurements };
    },
    close: pool.close,
  };
}

function wrongAnswer(): FramegateError {
  return new FramegateError('internal', 'a thread answered something else than it was asked');
}
