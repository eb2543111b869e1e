/** What becomes of a capture as it is collected and measured. Pure; null where nothing changes. */
import type { BodyCapture } from '../protocol/body-captures.ts';
import { BODY_VIEWS, type BodyMeasurement, type BodyView } from '../protocol/body-measurement.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import { applyRemeasurement, closeWaiting, waitsForMeasurement } from './remeasured-capture.ts';

/** A worker has it in hand. What has results keeps them, and its status, while it is measured again. */
export function begun(capture: BodyCapture, nowMs: number): BodyCapture | null {
  if (capture.metrics !== null || capture.status === 'processing' || capture.status === 'collecting')
    return null;
  return { ...capture, status: 'processing', error: null, updatedAtMs: nowMs };
}

/** The first measurement is the original and never changes; a second one of it, of a job that ran twice, is let go. */
export function measured(
  capture: BodyCapture,
  measurement: BodyMeasurement,
  adjustmentId: string | null,
  nowMs: number,
): BodyCapture | null {
  if (adjustmentId !== null) return applyRemeasurement(capture, measurement, adjustmentId, nowMs);
  if (capture.metrics !== null) return null;
  return {
    ...capture,
    status: 'done',
    error: null,
    updatedAtMs: nowMs,
    metrics: {
      original: measurement,
      current: measurement.metrics,
      overallConfidence: measurement.quality.overall_confidence,
      latestAdjustmentId: null,
    },
  };
}

/** What has results keeps them: only a measurement by hand can fail then, and its edit is closed. */
export function failed(
  capture: BodyCapture,
  { code, message }: { readonly code: string; readonly message: string },
  nowMs: number,
): BodyCapture | null {
  const error = { code, message };
  if (capture.metrics === null) return { ...capture, status: 'failed', error, updatedAtMs: nowMs };
  if (!capture.adjustments.some(waitsForMeasurement)) return null;
  return { ...closeWaiting(capture, nowMs), error, updatedAtMs: nowMs };
}

/** Throws ticket-invalid where this ticket is none for this view of the capture. */
export function checkTicket(capture: BodyCapture | null, ticketHash: string, view: BodyView): BodyCapture {
  if (
    capture === null ||
    capture.ticketHash === null ||
    capture.ticketHash !== ticketHash ||
    !capture.expectedViews.includes(view)
  ) {
    throw new FramegateError('ticket-invalid', 'no capture waits for this view with this ticket');
  }
  return capture;
}

export function viewsAreThere(): FramegateError {
  return new FramegateError('ticket-invalid', 'the capture has its views');
}

/**
 * With one more view; `queued` where it was the last one, to be measured by the job of this id.
 * Throws ticket-invalid.
 */
export function collected(
  capture: BodyCapture,
  ticketHash: string,
  view: BodyView,
  jobId: string,
  nowMs: number,
): BodyCapture | null {
  checkTicket(capture, ticketHash, view);
  if (capture.status !== 'collecting') {
    // A view that was delivered twice, before anybody has begun to measure.
    if (capture.status === 'queued' && capture.views.includes(view)) return null;
    throw viewsAreThere();
  }
  const views = BODY_VIEWS.filter((one) => one === view || capture.views.includes(one));
  const isComplete = capture.expectedViews.every((one) => views.includes(one));
  return {
    ...capture,
    views,
    updatedAtMs: nowMs,
    ...(isComplete && { status: 'queued' as const, jobId }),
  };
}
