/** What callers are told of a capture that is measured. */
import type { Adjustment, BodyCapture, BodyResult } from '../protocol/body-captures.ts';
import { metricsOf } from './edited-capture.ts';

/** The published result, with the metrics as they are now. Throws capture-not-ready or job-failed. */
export function captureResult(capture: BodyCapture): BodyResult {
  const { original, current, overallConfidence } = metricsOf(capture);
  return {
    capture_id: capture.captureId,
    user_id: capture.userId,
    timestamp: new Date(capture.createdAtMs).toISOString(),
    metrics: current,
    skin: original.skin,
    shape: original.shape,
    quality: { ...original.quality, overall_confidence: overallConfidence },
  };
}

/** How the result came about. Throws as `captureResult`. */
export function captureDetails(capture: BodyCapture) {
  const { original, latestAdjustmentId } = metricsOf(capture);
  const latest = capture.adjustments.find(({ adjustmentId }) => adjustmentId === latestAdjustmentId) ?? null;
  return {
    original_metrics: original.metrics,
    original_confidence: original.quality.overall_confidence,
    intervals_cm: original.intervals,
    confidences: original.confidences,
    scale: { source: original.scale.source, relative_sd: original.scale.relativeSd },
    flags: original.flags,
    lines: original.lines,
    stages: original.stages.map(({ stage, confidence, durationMs }) => ({
      stage,
      confidence,
      duration_ms: durationMs,
    })),
    model_versions: original.models,
    edited_by: latest?.source ?? null,
    latest_adjustment: latest === null ? null : adjustmentBody(latest),
  };
}

/** Throws as `captureResult`. */
export function captureHistory(capture: BodyCapture) {
  const { original, current, overallConfidence } = metricsOf(capture);
  return {
    capture_id: capture.captureId,
    original: {
      metrics: original.metrics,
      overall_confidence: original.quality.overall_confidence,
      measured_at: new Date(capture.createdAtMs).toISOString(),
    },
    adjustments: capture.adjustments.map(adjustmentBody),
    current: { metrics: current, overall_confidence: overallConfidence },
  };
}

export function adjustmentBody(one: Adjustment) {
  return {
    adjustment_id: one.adjustmentId,
    user_id: one.userId,
    source: one.source,
    created_at: new Date(one.createdAtMs).toISOString(),
    notes: one.notes,
    original_metrics: one.originalMetrics,
    adjusted_metrics: one.adjustedMetrics,
    keypoints: one.keypoints,
    approved: one.approved,
    approver_id: one.approverId,
    approved_at: one.approvedAtMs === null ? null : new Date(one.approvedAtMs).toISOString(),
    promoted: one.promoted,
  };
}
