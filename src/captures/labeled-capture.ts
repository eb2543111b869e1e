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

/**
 * With another person's word on a label; null where it is so already. Pure. Throws not-found, and own-approval: ground
 * truth has been seen by two.
 */
export function decidedLabel(
  capture: BodyCapture,
  { labelId, deciderId, approved }: { labelId: string; deciderId: string; approved: boolean },
): BodyCapture | null {
  const label = capture.labels.find((one) => one.labelId === labelId);
  if (label === undefined) throw new FramegateError('not-found', 'the capture has no label of this id');
  if (label.labelerId === deciderId)
    throw new FramegateError('own-approval', 'nobody approves a label of their own');
  if (label.approved === approved) return null;
  return { ...capture, labels: capture.labels.map((one) => (one === label ? { ...one, approved } : one)) };
}

/** Marked for the training export, or not any more; null where it is so already. Pure. */
export function markedForTraining(
  capture: BodyCapture,
  forTraining: boolean,
  nowMs: number,
): BodyCapture | null {
  return capture.forTraining === forTraining ? null : { ...capture, forTraining, updatedAtMs: nowMs };
}
