import { type FramegateError, toFramegateError } from '../../src/protocol/framegate-error.ts';
import type { BodyApi } from './api/body-api.ts';
import type { CaptureHistory, CaptureStatus, MeasuredCapture } from './api/capture-answers.ts';

export interface CaptureFollower {
  status(status: CaptureStatus): void;
  measured(measured: MeasuredCapture, history: CaptureHistory): void;
  /** It goes on being asked for where the error is retryable; else that was the end. */
  trouble(error: FramegateError): void;
}

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 4000;
const GROWTH = 1.35;

/** Asks how a capture stands, less and less often, until it is measured or has failed. Ends silently with the signal. */
export async function followCapture(
  captureId: string,
  api: Pick<BodyApi, 'status' | 'results' | 'history'>,
  follower: CaptureFollower,
  signal: AbortSignal,
  wait: (delayMs: number) => Promise<void> = sleep,
): Promise<void> {
  let waitMs = FIRST_WAIT_MS;
  while (!signal.aborted) {
    try {
      const status = await api.status(captureId, signal);
      if (signal.aborted) return;
      follower.status(status);
      if (status.status === 'failed') return;
      if (status.status === 'done' || status.status === 'edited') {
        const [measured, history] = await Promise.all([api.results(captureId), api.history(captureId)]);
        if (!signal.aborted) follower.measured(measured, history);
        return;
      }
    } catch (thrown) {
      if (signal.aborted) return;
      const error = toFramegateError(thrown);
      follower.trouble(error);
      if (!error.retryable) return;
    }
    await wait(waitMs);
    waitMs = Math.min(LONGEST_WAIT_MS, waitMs * GROWTH);
  }
}

function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
