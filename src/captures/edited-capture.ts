/** Edits of a capture's numbers. Pure; the original never changes. */
import type { Adjustment, BodyCapture, CaptureMetrics } from '../protocol/body-captures.ts';
import { BODY_METRICS, type BodyMetrics, type KeypointCorrection } from '../protocol/body-measurement.ts';
import { FramegateError } from '../protocol/framegate-error.ts';

export const MAX_ADJUSTMENTS = 100;
/** An unapproved edit of every number leaves half of the confidence. */
const MOST_DOUBT = 0.5;

export interface NewAdjustment {
  readonly adjustmentId: string;
  /** Who makes it. */
  readonly userId: string;
  readonly adjusted: Partial<BodyMetrics>;
  readonly keypoints: readonly KeypointCorrection[] | null;
  readonly notes: string;
  readonly source: Adjustment['source'];
  readonly nowMs: number;
}

/** With the edit in effect. Throws as `newAdjustment`. */
export function edited(capture: BodyCapture, given: NewAdjustment): BodyCapture {
  return withApplied(capture, newAdjustment(capture, given), given.nowMs);
}

/** Throws capture-not-ready or job-failed where there are no results, request-invalid where there are too many edits. */
export function newAdjustment(capture: BodyCapture, given: NewAdjustment): Adjustment {
  const { current } = metricsOf(capture);
  if (capture.adjustments.length >= MAX_ADJUSTMENTS) {
    throw new FramegateError('request-invalid', `a capture takes at most ${MAX_ADJUSTMENTS} adjustments`);
  }
  return {
    adjustmentId: given.adjustmentId,
    captureId: capture.captureId,
    userId: given.userId,
    originalMetrics: current,
    adjustedMetrics: given.adjusted,
    keypoints: given.keypoints === null ? null : [...given.keypoints],
    notes: given.notes,
    source: given.source,
    approved: null,
    approverId: null,
    approvedAtMs: null,
    createdAtMs: given.nowMs,
    promoted: false,
  };
}

/** The edit becomes the latest: its numbers are current, and wait for somebody to decide. */
export function withApplied(capture: BodyCapture, adjustment: Adjustment, nowMs: number): BodyCapture {
  const metrics = metricsOf(capture);
  const applied = { ...adjustment, originalMetrics: metrics.current };
  const adjustments = [...capture.adjustments, applied];
  return {
    ...capture,
    status: 'edited',
    updatedAtMs: nowMs,
    adjustments,
    metrics: {
      original: metrics.original,
      current: { ...metrics.current, ...applied.adjustedMetrics },
      overallConfidence: confidenceWith(metrics, adjustments),
      latestAdjustmentId: applied.adjustmentId,
    },
  };
}

/**
 * The original's confidence, less 1/18 of it (half, shared by the nine measures) for each measure that an edit has changed
 * which nobody has approved. So it is the original's again with the approval.
 * @param adjustments in the order in which they took effect
 */
export function confidenceWith(
  { original }: Pick<CaptureMetrics, 'original'>,
  adjustments: readonly Adjustment[],
): number {
  const approved = adjustments.findLastIndex((one) => one.approved === true);
  const doubted = new Set(
    adjustments
      .slice(approved + 1)
      .filter((one) => one.approved === null)
      .flatMap(({ adjustedMetrics }) => Object.keys(adjustedMetrics)),
  );
  const { overall_confidence: confidence } = original.quality;
  return confidence * (1 - (MOST_DOUBT * doubted.size) / BODY_METRICS.length);
}

/** Throws capture-not-ready (retryable), or job-failed with what went wrong. */
export function metricsOf({ metrics, status, error }: BodyCapture): CaptureMetrics {
  if (metrics !== null) return metrics;
  if (status === 'failed') {
    throw new FramegateError('job-failed', error?.message ?? 'the capture could not be measured', {
      details: { cause: error?.code ?? 'internal' },
    });
  }
  throw new FramegateError('capture-not-ready', 'the capture has no results yet; ask again later', {
    retryable: true,
    retryAfterMs: 1000,
  });
}
