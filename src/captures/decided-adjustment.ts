import type { Adjustment, BodyCapture } from '../protocol/body-captures.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import { confidenceWith, metricsOf } from './edited-capture.ts';
import { waitsForMeasurement } from './remeasured-capture.ts';

export interface Decision {
  readonly adjustmentId: string;
  readonly approverId: string;
  readonly approve: boolean;
  /** Whether the capture's owner allows training, now. */
  readonly ownerAllowsTraining: boolean;
  readonly nowMs: number;
}

/**
 * The capture with its latest edit decided. Approved: its numbers stay current, the confidence is the original's again,
 * and with the owner's consent it is promoted to training. Refused: the numbers before it are current, and an earlier edit
 * that it had taken the place of waits again. Pure.
 * Throws not-found, own-approval, capture-not-ready or adjustment-decided.
 */
export function decided(capture: BodyCapture, decision: Decision): BodyCapture {
  const { adjustmentId, approverId, approve, nowMs } = decision;
  const metrics = metricsOf(capture);
  const adjustment = capture.adjustments.find((one) => one.adjustmentId === adjustmentId);
  if (adjustment === undefined) throw new FramegateError('not-found', 'no adjustment of this id');
  if (adjustment.userId === approverId) {
    throw new FramegateError('own-approval', 'nobody approves an edit of their own');
  }
  if (waitsForMeasurement(adjustment)) {
    throw new FramegateError('capture-not-ready', 'the correction is not measured yet', {
      retryable: true,
      retryAfterMs: 1000,
    });
  }
  if (adjustment.approved !== null) {
    throw new FramegateError('adjustment-decided', 'the edit was decided on already');
  }
  if (metrics.latestAdjustmentId !== adjustmentId) {
    throw new FramegateError('adjustment-decided', 'a newer edit has taken its place');
  }
  const promoted = approve && decision.ownerAllowsTraining;
  const after: Adjustment = {
    ...adjustment,
    approved: approve,
    approverId,
    approvedAtMs: nowMs,
    promoted,
  };
  const adjustments = capture.adjustments.map((one) => (one === adjustment ? after : one));
  const latest = adjustments.findLast((one) => one.approved !== false && !waitsForMeasurement(one)) ?? null;
  return {
    ...capture,
    status: latest?.approved === null ? 'edited' : 'done',
    updatedAtMs: nowMs,
    forTraining: capture.forTraining || promoted,
    adjustments,
    metrics: {
      original: metrics.original,
      current: approve ? metrics.current : adjustment.originalMetrics,
      overallConfidence: confidenceWith(metrics, adjustments),
      latestAdjustmentId: latest?.adjustmentId ?? null,
    },
  };
}
