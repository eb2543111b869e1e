import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import { openWorkerChannel, type WorkerPort } from '../worker-channel.ts';
import type { DetectorCalls, DetectorProgress } from './detector-calls.ts';
import type { LocalDetector, LocalDetectorName, LocalSubject } from './local-detector.ts';
import type { ModelList } from './model-list.ts';

export interface WorkerDetectorOptions {
  readonly name: LocalDetectorName;
  readonly subject: LocalSubject;
  readonly list: ModelList;
  readonly onProgress?: ((loadedBytes: number, totalBytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** With no byte for so long while it loads, or no end of it after the last: downloads, compiling on a slow phone. */
const STALLED_MS = 60_000;
/** For one picture; a hundred times what a slow phone takes. */
const ANSWER_TIMEOUT_MS = 10_000;

/**
 * The page's side of a detector in a worker. Resolves when it is loaded and warm.
 * Rejects with FramegateError detector-unavailable; then, as after a crash or a picture without an answer, the worker
 * has been ended.
 */
export async function openWorkerDetector(
  worker: WorkerPort,
  { name, subject, list, onProgress, signal }: WorkerDetectorOptions,
): Promise<LocalDetector> {
  let stalled: ReturnType<typeof setTimeout> | undefined;
  const watch = (): void => {
    clearTimeout(stalled);
    stalled = setTimeout(() => channel.close(), STALLED_MS);
  };
  const channel = openWorkerChannel<DetectorCalls>(worker, {
    failureCode: 'detector-unavailable',
    onNotice(notice) {
      watch();
      const { loadedBytes, totalBytes } = notice as DetectorProgress;
      onProgress?.(loadedBytes, totalBytes);
    },
  });
  signal?.addEventListener('abort', channel.close, { once: true });
  if (signal?.aborted) channel.close();
  watch();
  const models = await channel
    .call('load', { subject, list })
    .catch((cause: unknown) => {
      channel.close();
      throw signal?.aborted ? calledOff(signal) : cause;
    })
    .finally(() => {
      clearTimeout(stalled);
      signal?.removeEventListener('abort', channel.close);
    });

  async function ask<Name extends 'look' | 'analyse'>(call: Name, bitmap: ImageBitmap) {
    const sent = channel.call(call, bitmap, { transfer: [bitmap], timeoutMs: ANSWER_TIMEOUT_MS });
    return sent.catch((thrown: unknown) => {
      // A picture that failed leaves a detector in a state that nobody knows.
      channel.close();
      throw thrown;
    });
  }

  return {
    name,
    subject,
    models,
    look: (bitmap) => ask('look', bitmap),
    analyse: (bitmap) => ask('analyse', bitmap),
    forget() {
      // Pictures wait for it in the worker; where it fails, so do they.
      channel.call('forget', null).catch(() => {});
    },
    close: channel.close,
  };
}

export function calledOff(signal: AbortSignal): FramegateError {
  return new FramegateError('detector-unavailable', 'loading the detector was called off', {
    retryable: true,
    cause: signal.reason,
  });
}
