import type { Provenance, ResultRecord } from '../../protocol/records.ts';
import { modelVersions } from './check-columns.ts';

/** The row of `results_stored`. */
export function resultRow(record: ResultRecord): object {
  const { provenance, correlation } = record;
  return {
    capture_id: record.captureId,
    session_id: record.sessionId,
    kind: record.kind,
    status: record.status,
    profile: record.profile,
    finished_at: record.finishedAtMs,
    duration_ms: record.durationMs,
    attempt: record.attempt,
    result: record.result === null ? '' : JSON.stringify(record.result, withoutShape),
    error_code: record.error?.code ?? '',
    error_message: record.error?.message ?? '',
    analyzer: provenance.analyzer,
    analyzer_version: provenance.analyzerVersion,
    code_version: provenance.codeVersion,
    models: modelVersions(provenance.models),
    model_sha256: Object.fromEntries(provenance.models.map((model) => [model.name, model.sha256])),
    thresholds: JSON.stringify(provenance.thresholds),
    seq: provenance.seq,
    image_sha256: provenance.imageSha256,
    job_id: correlation === undefined ? '' : record.captureId,
    request_id: correlation?.requestId ?? '',
    analysis_session_id: correlation?.analysisSessionId ?? '',
    frame_seq: correlation?.frameSeq ?? '',
    measurement_count: record.measurements.length,
  };
}

/** Points of the mesh, outlines as points and as a drawing, and pictures of where something shows. */
const SHAPE_FIELDS: readonly string[] = ['landmarks', 'svg', 'mask_contours', 'parts', 'pngBase64'];

/** The shape of a face is as telling as its picture: it goes to the session that asked, and is not kept for a year. */
function withoutShape(key: string, value: unknown): unknown {
  return SHAPE_FIELDS.includes(key) ? undefined : value;
}

/** The rows of `measurements_stored`. */
export function measurementRows(record: ResultRecord): object[] {
  const model = modelName(record.provenance);
  return record.measurements.map((measurement) => ({
    capture_id: record.captureId,
    session_id: record.sessionId,
    kind: record.kind,
    profile: record.profile,
    metric: measurement.metric,
    region: measurement.region ?? '',
    value: measurement.value,
    unit: measurement.unit,
    confidence: measurement.confidence,
    model,
    measured_at: record.finishedAtMs,
  }));
}

function modelName({ analyzer, analyzerVersion, models }: Provenance): string {
  if (models.length === 0) return `${analyzer}@${analyzerVersion}`;
  return models.map((model) => `${model.name}@${model.version}`).join(' ');
}
