import type { BodyCapture } from '../protocol/body-captures.ts';

/** Every job that measured it, or is to: the last one, the first one, and one for each correction; see BodyJobParams. */
export function jobIdsOf({ captureId, jobId, adjustments }: BodyCapture): string[] {
  if (jobId === null) return [];
  const corrections = adjustments.flatMap((one) => (one.keypoints === null ? [] : [one.adjustmentId]));
  return [...new Set([jobId, captureId, ...corrections])];
}
