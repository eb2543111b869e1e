import type { Check, CheckStatus } from '../../protocol/checks.ts';
import type { FrameRecord } from '../../protocol/records.ts';
import type { RowBinaryWriter } from '../row-binary-writer.ts';

/** The columns of `frames_stored` in the order in which `writeFrameRow` writes them. */
export const FRAME_COLUMNS = [
  'session_id',
  'seq',
  'node',
  'profile',
  'level',
  'captured_at',
  'received_at',
  'verdict',
  'hint',
  'error_code',
  'dwell',
  'check_ids',
  'check_values',
  'check_scores',
  'check_statuses',
  'face_count',
  'face_x',
  'face_y',
  'face_width',
  'face_height',
  'yaw_deg',
  'pitch_deg',
  'roll_deg',
  'width',
  'height',
  'format',
  'frame_bytes',
  'queue_ms',
  'decode_ms',
  'infer_ms',
  'total_ms',
  'models',
] as const;

/**
 * One frame in RowBinary. Frames come by the thousand a second, and as JSON the names of their checks alone would cost
 * ClickHouse more than everything else about them. Throws RangeError for an integer that its column cannot hold.
 */
export function writeFrameRow(out: RowBinaryWriter, record: FrameRecord): void {
  out.string(record.sessionId);
  out.u64(record.seq);
  out.string(record.node);
  out.string(record.profile);
  out.string(record.level);
  out.u64(record.capturedAtMs);
  out.u64(record.receivedAtMs);
  out.string(record.verdict);
  out.string(record.hint ?? '');
  out.string(record.errorCode ?? '');
  out.f32(record.dwell);
  writeChecks(out, record.checks);
  out.u16(record.faceCount);
  const { face } = record;
  out.nullableF32(face?.box.x ?? null);
  out.nullableF32(face?.box.y ?? null);
  out.nullableF32(face?.box.width ?? null);
  out.nullableF32(face?.box.height ?? null);
  out.nullableF32(face?.yawDeg ?? null);
  out.nullableF32(face?.pitchDeg ?? null);
  out.nullableF32(face?.rollDeg ?? null);
  out.u32(record.width);
  out.u32(record.height);
  out.string(record.format);
  out.u32(record.frameBytes);
  out.f32(record.timing.queueMs);
  out.f32(record.timing.decodeMs);
  out.f32(record.timing.inferMs);
  out.f32(record.timing.totalMs);
  out.count(record.models.length);
  for (const model of record.models) {
    out.string(model.name);
    out.string(model.version);
  }
}

/** The values of the column's Enum8. */
const STATUS: Readonly<Record<CheckStatus, number>> = { pass: 1, adjust: 2, fail: 3, unknown: 4 };

/** Four arrays of the same length; a value that could not be assessed is NaN. */
function writeChecks(out: RowBinaryWriter, checks: readonly Check[]): void {
  out.count(checks.length);
  for (const check of checks) out.string(check.id);
  out.count(checks.length);
  for (const check of checks) out.f32(check.value ?? Number.NaN);
  out.count(checks.length);
  for (const check of checks) out.f32(check.score);
  out.count(checks.length);
  for (const check of checks) out.u8(STATUS[check.status]);
}
