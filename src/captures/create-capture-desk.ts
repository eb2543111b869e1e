import { type CaptureAdjustments, createAdjustments } from './capture-adjustments.ts';
import { type CaptureLabels, createLabels } from './capture-labels.ts';
import { type CaptureReadings, createReadings } from './capture-readings.ts';
import { type CaptureRemoval, createRemoval } from './capture-removal.ts';
import { type CaptureSubmissions, createSubmissions } from './capture-submissions.ts';
import type { CaptureDeskDeps } from './desk-deps.ts';

/** What routes use of captures. Everything rejects with state-unavailable (retryable) while Redis is away. */
export interface CaptureDesk
  extends CaptureSubmissions,
    CaptureReadings,
    CaptureAdjustments,
    CaptureLabels,
    CaptureRemoval {}

export function createCaptureDesk(deps: CaptureDeskDeps): CaptureDesk {
  return {
    ...createSubmissions(deps),
    ...createReadings(deps),
    ...createAdjustments(deps),
    ...createLabels(deps),
    ...createRemoval(deps),
  };
}
