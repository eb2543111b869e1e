import type { Adjustment, Artifact, BodyCapture, Label } from '../protocol/body-captures.ts';
import type { RecordLog } from './types.ts';

/** Tells history what has changed of a capture; `before` is null for a new one. */
export function writeCaptureRows(log: RecordLog, before: BodyCapture | null, after: BodyCapture): void {
  const { captureId, revision } = after;
  log.write('body_captures', `${captureId}-${revision}`, captureRow(after));
  if (after.metrics !== null && after.metrics !== before?.metrics) {
    log.write('capture_metrics', `${captureId}-${revision}`, metricsRow(after, after.metrics));
  }
  for (const one of changed(before?.adjustments, after.adjustments)) {
    log.write('user_adjustments', `${one.adjustmentId}-${revision}`, adjustmentRow(one, revision));
  }
  for (const one of changed(before?.labels, after.labels)) {
    log.write('labels', `${one.labelId}-${revision}`, labelRow(one, revision));
  }
  for (const one of changed(before?.artifacts, after.artifacts)) {
    log.write('artifacts', `${one.artifactId}-${revision}`, artifactRow(one));
  }
}

/** Tells history that a file is gone. */
export function writeRemovedArtifact(log: RecordLog, artifact: Artifact, removedAtMs: number): void {
  log.write('artifacts', `${artifact.artifactId}-removed`, {
    ...artifactRow(artifact),
    removed_at_ms: removedAtMs,
  });
}

/** Changes make new objects of what they change, and keep the others. */
function changed<T>(before: readonly T[] | undefined, after: readonly T[]): T[] {
  const known = new Set(before);
  return after.filter((one) => !known.has(one));
}

function captureRow(capture: BodyCapture) {
  const { captureId, userId, status, createdAtMs, updatedAtMs, storeImages, source, revision } = capture;
  return {
    id: captureId,
    user_id: userId,
    status,
    created_at_ms: createdAtMs,
    updated_at_ms: updatedAtMs,
    store_images: storeImages,
    source,
    revision,
  };
}

function metricsRow(
  { captureId, userId, revision }: BodyCapture,
  { original, current, overallConfidence, latestAdjustmentId }: NonNullable<BodyCapture['metrics']>,
) {
  return {
    // A capture has one set of metrics.
    id: captureId,
    capture_id: captureId,
    user_id: userId,
    metrics_json: JSON.stringify({ original: original.metrics, current }),
    skin_json: JSON.stringify(original.skin),
    shape_json: JSON.stringify(original.shape),
    quality_json: JSON.stringify({ ...original.quality, overall_confidence: overallConfidence }),
    model_versions: JSON.stringify(original.models),
    latest_adjustment_id: latestAdjustmentId,
    revision,
  };
}

function adjustmentRow(one: Adjustment, revision: number) {
  return {
    id: one.adjustmentId,
    capture_id: one.captureId,
    user_id: one.userId,
    original_metrics_json: JSON.stringify(one.originalMetrics),
    adjusted_metrics_json: JSON.stringify(one.adjustedMetrics),
    notes: one.notes,
    source: one.source,
    approved: one.approved,
    approver_id: one.approverId,
    approved_at_ms: one.approvedAtMs,
    created_at_ms: one.createdAtMs,
    revision,
  };
}

function labelRow(one: Label, revision: number) {
  return {
    id: one.labelId,
    capture_id: one.captureId,
    labeler_id: one.labelerId,
    measurements_json: JSON.stringify(one.measurements),
    approved: one.approved,
    notes: one.notes,
    created_at_ms: one.createdAtMs,
    revision,
  };
}

function artifactRow(one: Artifact) {
  return {
    id: one.artifactId,
    capture_id: one.captureId,
    bucket_path: one.bucketPath,
    artifact_type: one.artifactType,
    created_at_ms: one.createdAtMs,
    remove_at_ms: one.removeAtMs,
  };
}
