import type { FrameRecord } from '../../src/protocol/records.ts';
import { faceColumns, modelVersions } from '../../src/store/rows/check-columns.ts';

/** The row of `frames_stored` as an object, as any client would insert it; the sink writes RowBinary instead. */
export function frameJsonRow(record: FrameRecord): object {
  return {
    session_id: record.sessionId,
    seq: record.seq,
    node: record.node,
    profile: record.profile,
    level: record.level,
    captured_at: record.capturedAtMs,
    received_at: record.receivedAtMs,
    verdict: record.verdict,
    hint: record.hint ?? '',
    error_code: record.errorCode ?? '',
    dwell: record.dwell,
    check_ids: record.checks.map((check) => check.id),
    check_values: record.checks.map((check) => check.value ?? 'nan'),
    check_scores: record.checks.map((check) => check.score),
    check_statuses: record.checks.map((check) => check.status),
    face_count: record.faceCount,
    ...faceColumns(record.face),
    width: record.width,
    height: record.height,
    format: record.format,
    frame_bytes: record.frameBytes,
    queue_ms: record.timing.queueMs,
    decode_ms: record.timing.decodeMs,
    infer_ms: record.timing.inferMs,
    total_ms: record.timing.totalMs,
    models: modelVersions(record.models),
  };
}
