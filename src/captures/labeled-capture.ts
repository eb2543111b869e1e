import type { BodyCapture, Label } from '../protocol/body-captures.ts';
import { FramegateError } from '../protocol/framegate-error.ts';

export const MAX_LABELS = 100;

/** With one more label. Pure. Throws request-invalid where there are too many. */
export function labeled(capture: BodyCapture, label: Label): BodyCapture {
  if (capture.labels.length >= MAX_LABELS) {
    throw new FramegateError('request-invalid', `a capture takes at most ${MAX_LABELS} labels`);
  }
  return { ...capture, labels: [...capture.labels, label], updatedAtMs: label.createdAtMs };
}

/** Marked for the training export, or not any more; null where it is so already. Pure. */
export function markedForTraining(
  capture: BodyCapture,
  forTraining: boolean,
  nowMs: number,
): BodyCapture | null {
  return capture.forTraining === forTraining ? null : { ...capture, forTraining, updatedAtMs: nowMs };
}
