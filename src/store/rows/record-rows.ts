/** The rows of history: what a TableRecord holds of each table, and the row that ClickHouse is given. */
import { z } from 'zod';
import { NOBODY } from '../../protocol/audit.ts';
import type { RecordTable } from '../../protocol/body-captures.ts';

/** A table's rows are records of what happened; an erasure is something to do. */
export type HistoryTable = Exclude<RecordTable, 'erasures'>;

export interface RecordRow {
  /** Of `<table>_stored`. */
  readonly row: object;
  /** When it says that it happened. */
  readonly atMs: number;
}

const id = z.string().min(1);
const epochMs = z.number().int().nonnegative();
const laterMs = epochMs.nullish().transform((ms) => ms ?? null);
const revision = z.number().int().nonnegative();
/** JSON as text, or what is to become such. */
const json = z
  .union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown()), z.null()])
  .optional()
  .transform((value) => (typeof value === 'string' ? value : JSON.stringify(value ?? null)));

interface TableRows<Row> {
  readonly schema: z.ZodType<Row>;
  /** `storedAtMs`: when the stream got the record. */
  make(row: Row, storedAtMs: number): RecordRow;
}

/** Keeps a schema and what is made of its rows of one type. */
function rowsOf<Row>(schema: z.ZodType<Row>, make: TableRows<Row>['make']) {
  return (given: unknown, storedAtMs: number): RecordRow | z.ZodError => {
    const parsed = schema.safeParse(given);
    return parsed.success ? make(parsed.data, storedAtMs) : parsed.error;
  };
}

/** Times come as milliseconds, in columns that end with `_ms`; a DateTime64(3) takes them as they are. */
export const RECORD_ROWS: Readonly<
  Record<HistoryTable, (given: unknown, storedAtMs: number) => RecordRow | z.ZodError>
> = {
  users: rowsOf(
    z.object({
      id,
      role: z.string(),
      created_at_ms: epochMs,
      last_login_ms: laterMs,
      consent_flags: json,
      deleted: z.union([z.boolean(), z.literal([0, 1])]).default(false),
      revision: revision.optional(),
    }),
    ({ created_at_ms, last_login_ms, ...row }, storedAtMs) => ({
      // An account counts no revisions: the stream has them in order.
      row: {
        ...row,
        deleted: Boolean(row.deleted),
        created_at: created_at_ms,
        last_login: last_login_ms,
        revision: row.revision ?? storedAtMs,
      },
      atMs: created_at_ms,
    }),
  ),
  body_captures: rowsOf(
    z.object({
      id,
      user_id: id,
      status: z.string(),
      created_at_ms: epochMs,
      updated_at_ms: epochMs,
      store_images: z.boolean(),
      source: z.string(),
      revision,
    }),
    ({ created_at_ms, updated_at_ms, ...row }) => ({
      row: { ...row, created_at: created_at_ms, updated_at: updated_at_ms },
      atMs: created_at_ms,
    }),
  ),
  capture_metrics: rowsOf(
    z.object({
      id,
      capture_id: id,
      user_id: id,
      metrics_json: json,
      skin_json: json,
      shape_json: json,
      quality_json: json,
      model_versions: json,
      latest_adjustment_id: z
        .string()
        .nullish()
        .transform((value) => value ?? null),
      revision,
    }),
    (row, storedAtMs) => ({ row, atMs: storedAtMs }),
  ),
  artifacts: rowsOf(
    z.object({
      id,
      capture_id: id,
      bucket_path: z.string(),
      artifact_type: z.string(),
      created_at_ms: epochMs,
      remove_at_ms: laterMs,
      removed_at_ms: laterMs,
    }),
    ({ created_at_ms, remove_at_ms, removed_at_ms, ...row }) => ({
      row: {
        ...row,
        created_at: created_at_ms,
        remove_at: remove_at_ms,
        removed_at: removed_at_ms,
        // What has gone does not come back.
        revision: removed_at_ms ?? 0,
      },
      atMs: created_at_ms,
    }),
  ),
  labels: rowsOf(
    z.object({
      id,
      capture_id: id,
      labeler_id: id,
      measurements_json: json,
      approved: z.boolean(),
      notes: z.string(),
      created_at_ms: epochMs,
      revision: revision.optional(),
    }),
    ({ created_at_ms, ...row }, storedAtMs) => ({
      row: { ...row, created_at: created_at_ms, revision: row.revision ?? storedAtMs },
      atMs: created_at_ms,
    }),
  ),
  user_adjustments: rowsOf(
    z.object({
      id,
      capture_id: id,
      user_id: id,
      original_metrics_json: json,
      adjusted_metrics_json: json,
      notes: z.string(),
      source: z.string(),
      approved: z.boolean().nullable(),
      approver_id: z.string().nullable(),
      approved_at_ms: laterMs,
      created_at_ms: epochMs,
      revision,
    }),
    ({ created_at_ms, approved_at_ms, ...row }) => ({
      row: { ...row, created_at: created_at_ms, approved_at: approved_at_ms },
      atMs: created_at_ms,
    }),
  ),
  audit_logs: rowsOf(
    z.object({
      id,
      actor_id: z.string(),
      action: z.string(),
      resource_type: z.string(),
      resource_id: z.string(),
      metadata: json,
      timestamp_ms: epochMs,
    }),
    ({ timestamp_ms, ...row }) => ({ row: { ...row, timestamp: timestamp_ms }, atMs: timestamp_ms }),
  ),
};

/** What a record of `erasures` asks for. */
export const erasureRequestSchema = z.object({
  id,
  subject_type: z.enum(['user', 'capture']),
  subject_id: id.refine((one) => !NOBODY.includes(one), 'nobody in particular'),
  /** Captures, and jobs, whose results are filed like those of captures. */
  capture_ids: z.array(id),
  session_ids: z.array(id).default([]),
  requested_at_ms: epochMs,
});
export type ErasureRequest = z.infer<typeof erasureRequestSchema>;
