/** Measuring again with key points that a person has put right. Pure; null where nothing changes. */
import type { Adjustment, BodyCapture } from '../protocol/body-captures.ts';
import { BODY_METRICS, type BodyMeasurement, type BodyMetrics } from '../protocol/body-measurement.ts';
import { type NewAdjustment, newAdjustment, withApplied } from './edited-capture.ts';

/** Handed in, and no worker has measured it yet. */
export function waitsForMeasurement({ keypoints, adjustedMetrics, approved }: Adjustment): boolean {
  return keypoints !== null && approved === null && Object.keys(adjustedMetrics).length === 0;
}

/** With the correction, which changes no number until it is measured. Closes one that waited: its job is gone. */
export function correctionAsked(
  capture: BodyCapture,
  given: Omit<NewAdjustment, 'adjusted'>,
  jobId: string,
): BodyCapture {
  const adjustment = newAdjustment(capture, { ...given, adjusted: {} });
  const closed = closeWaiting(capture, given.nowMs);
  return {
    ...closed,
    adjustments: [...closed.adjustments, adjustment],
    jobId,
    error: null,
    updatedAtMs: given.nowMs,
  };
}

/**
 * Takes over what the corrected key points have moved away from the original; numbers that a person edited and the
 * correction does not touch stay edited. A correction that moves nothing is closed.
 */
export function applyRemeasurement(
  capture: BodyCapture,
  measurement: BodyMeasurement,
  adjustmentId: string,
  nowMs: number,
): BodyCapture | null {
  const { metrics, adjustments } = capture;
  const waiting = adjustments.find((one) => one.adjustmentId === adjustmentId);
  if (metrics === null || waiting === undefined || !waitsForMeasurement(waiting)) return null;
  const adjustedMetrics: Partial<BodyMetrics> = {};
  for (const metric of BODY_METRICS) {
    const value = measurement.metrics[metric];
    if (value !== null && value !== metrics.original.metrics[metric]) adjustedMetrics[metric] = value;
  }
  if (Object.keys(adjustedMetrics).length === 0)
    return { ...closeWaiting(capture, nowMs), updatedAtMs: nowMs };
  // Edits count in the order in which they took effect.
  const others = adjustments.filter((one) => one !== waiting);
  return withApplied(
    { ...capture, adjustments: others, error: null },
    { ...waiting, adjustedMetrics },
    nowMs,
  );
}

/** Decides, for nobody, against corrections that have come to nothing. */
export function closeWaiting(capture: BodyCapture, nowMs: number): BodyCapture {
  return {
    ...capture,
    adjustments: capture.adjustments.map((one) =>
      waitsForMeasurement(one) ? { ...one, approved: false, approvedAtMs: nowMs } : one,
    ),
  };
}
