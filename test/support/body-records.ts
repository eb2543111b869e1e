/** Rows of history as they come over the bus. */
import type { RecordTable, TableRecord } from '../../src/protocol/body-captures.ts';

/** A Monday at noon, as sample-records.ts. */
export const RECORDED_MS = Date.UTC(2025, 5, 2, 12);

export function tableRecord(
  table: RecordTable,
  row: Readonly<Record<string, unknown>>,
  recordId = `${table}.${String(row.id)}.${String(row.revision ?? 0)}`,
): TableRecord {
  return { table, recordId, row: { ...row } };
}

export function userRecord(userId: string, over: Record<string, unknown> = {}): TableRecord {
  return tableRecord('users', {
    id: userId,
    role: 'user',
    created_at_ms: RECORDED_MS,
    last_login_ms: null,
    consent_flags: '{"store_images":true,"training":false}',
    ...over,
  });
}

export function bodyCaptureRecord(
  captureId: string,
  userId: string,
  over: Record<string, unknown> = {},
): TableRecord {
  return tableRecord('body_captures', {
    id: captureId,
    user_id: userId,
    status: 'queued',
    created_at_ms: RECORDED_MS,
    updated_at_ms: RECORDED_MS,
    store_images: true,
    source: 'web',
    revision: 1,
    ...over,
  });
}

export function adjustmentRecord(
  adjustmentId: string,
  captureId: string,
  userId: string,
  over: Record<string, unknown> = {},
): TableRecord {
  return tableRecord('user_adjustments', {
    id: adjustmentId,
    capture_id: captureId,
    user_id: userId,
    original_metrics_json: '{"waist_circumference_cm":75,"hip_circumference_cm":99}',
    adjusted_metrics_json: '{"waist_circumference_cm":76.5}',
    notes: 'measured with a tape',
    source: 'user',
    approved: null,
    approver_id: null,
    approved_at_ms: null,
    created_at_ms: RECORDED_MS,
    revision: 1,
    ...over,
  });
}

export function labelRecord(labelId: string, captureId: string, labelerId: string): TableRecord {
  return tableRecord('labels', {
    id: labelId,
    capture_id: captureId,
    labeler_id: labelerId,
    measurements_json: '{"waist_circumference_cm":75.5}',
    approved: true,
    notes: '',
    created_at_ms: RECORDED_MS,
  });
}

export function auditRecord(
  auditId: string,
  actorId: string,
  over: Record<string, unknown> = {},
): TableRecord {
  return tableRecord('audit_logs', {
    id: auditId,
    actor_id: actorId,
    action: 'capture.read',
    resource_type: 'capture',
    resource_id: 'c',
    metadata: '{"from":"here"}',
    timestamp_ms: RECORDED_MS,
    ...over,
  });
}

/** All rows that one capture of one account makes. */
export function recordsOf(userId: string, captureId: string): TableRecord[] {
  return [
    userRecord(userId),
    bodyCaptureRecord(captureId, userId),
    tableRecord('capture_metrics', {
      id: `metrics-${captureId}`,
      capture_id: captureId,
      user_id: userId,
      metrics_json: '{"original":{"waist_circumference_cm":75}}',
      skin_json: 'null',
      shape_json: '{"type":"pear","confidence":0.8}',
      quality_json: '{"overall_confidence":0.7}',
      model_versions: '{"pose":"1.0.0"}',
      latest_adjustment_id: null,
      revision: 1,
    }),
    tableRecord('artifacts', {
      id: `artifact-${captureId}`,
      capture_id: captureId,
      bucket_path: `raw-captures/${captureId}/front.jpg`,
      artifact_type: 'raw',
      created_at_ms: RECORDED_MS,
      remove_at_ms: RECORDED_MS + 1000,
    }),
    labelRecord(`label-${captureId}`, captureId, 'labeler'),
    adjustmentRecord(`adjustment-${captureId}`, captureId, userId),
    auditRecord(`audit-${captureId}`, userId, { resource_id: captureId }),
  ];
}

export function erasureRecord(
  erasureId: string,
  subjectType: 'user' | 'capture',
  subjectId: string,
  over: Record<string, unknown> = {},
): TableRecord {
  return tableRecord('erasures', {
    id: erasureId,
    subject_type: subjectType,
    subject_id: subjectId,
    capture_ids: [],
    session_ids: [],
    requested_at_ms: RECORDED_MS + 5000,
    ...over,
  });
}
