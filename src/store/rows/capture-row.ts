import type { CaptureRecord } from '../../protocol/records.ts';
import { checkColumns, faceColumns, modelVersions } from './check-columns.ts';

/** The row of `captures_stored`. */
export function captureRow(record: CaptureRecord): object {
  return {
    capture_id: record.captureId,
    session_id: record.sessionId,
    node: record.node,
    subject: record.subject ?? '',
    profile: record.profile,
    level: record.level,
    thresholds: JSON.stringify(record.thresholds),
    trigger: record.trigger,
    source: record.source,
    seq: record.seq,
    captured_at: record.capturedAtMs,
    accepted_at: record.acceptedAtMs,
    consent_store: record.consent.store,
    consent_training: record.consent.training,
    width: record.width,
    height: record.height,
    format: record.format,
    image_bytes: record.imageBytes,
    image_sha256: record.imageSha256,
    quality: record.quality,
    ...checkColumns(record.checks),
    ...faceColumns(record.face),
    models: modelVersions(record.models),
  };
}
