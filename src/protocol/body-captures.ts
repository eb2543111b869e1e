/** Body captures as they are kept: in Redis while they live, row by row in ClickHouse for history. */
import { z } from 'zod';
import { consentFlagsSchema } from './accounts.ts';
import {
  BODY_VIEWS,
  bodyMeasurementSchema,
  bodyMetricsSchema,
  bodyQualitySchema,
  bodyShapeSchema,
  bodySkinSchema,
  keypointCorrectionSchema,
  statedSchema,
} from './body-measurement.ts';

/**
 * `collecting` (views come in by live sessions) → `queued` → `processing` → `done` | `failed`; `done` ⇄ `edited` as
 * people adjust and others decide on it.
 */
export const BODY_CAPTURE_STATUSES = [
  'collecting',
  'queued',
  'processing',
  'done',
  'edited',
  'failed',
] as const;
export type BodyCaptureStatus = (typeof BODY_CAPTURE_STATUSES)[number];

export const CAPTURE_SOURCES = ['web', 'mobile', 'partner'] as const;
export const ADJUSTMENT_SOURCES = ['user', 'tailor', 'admin'] as const;

const epochMs = z.number().int().nonnegative();
const partialMetrics = bodyMetricsSchema.partial();

export const adjustmentSchema = z.object({
  adjustmentId: z.string(),
  captureId: z.string(),
  /** Who made it. */
  userId: z.string(),
  /** The metrics as they were before it. */
  originalMetrics: bodyMetricsSchema,
  adjustedMetrics: partialMetrics,
  /** Of a re-measurement by hand; null for an edit of numbers. */
  keypoints: z.array(keypointCorrectionSchema).nullable(),
  notes: z.string(),
  source: z.enum(ADJUSTMENT_SOURCES),
  /** null until somebody decides. */
  approved: z.boolean().nullable(),
  approverId: z.string().nullable(),
  approvedAtMs: epochMs.nullable(),
  createdAtMs: epochMs,
  /** Whether it is for the training export. */
  promoted: z.boolean(),
});
export type Adjustment = z.infer<typeof adjustmentSchema>;

/** Ground truth that a labeler measured. */
export const labelSchema = z.object({
  labelId: z.string(),
  captureId: z.string(),
  labelerId: z.string(),
  measurements: partialMetrics,
  approved: z.boolean(),
  notes: z.string(),
  createdAtMs: epochMs,
});
export type Label = z.infer<typeof labelSchema>;

export const ARTIFACT_TYPES = ['raw', 'aligned', 'mask', 'heatmap', 'evidence', 'export'] as const;
export const artifactSchema = z.object({
  artifactId: z.string(),
  captureId: z.string(),
  /** Of object storage: `raw-captures/<captureId>/front.jpg`. */
  bucketPath: z.string(),
  artifactType: z.enum(ARTIFACT_TYPES),
  createdAtMs: epochMs,
  /** When the sweeper removes it; null: with its capture. */
  removeAtMs: epochMs.nullable(),
});
export type Artifact = z.infer<typeof artifactSchema>;

/** Metrics as detected, which never change, and as they are now. */
export const captureMetricsSchema = z.object({
  original: bodyMeasurementSchema,
  current: bodyMetricsSchema,
  /** Lower than the original's while an edit waits for approval. */
  overallConfidence: z.number().min(0).max(1),
  latestAdjustmentId: z.string().nullable(),
});
export type CaptureMetrics = z.infer<typeof captureMetricsSchema>;

/** One body capture. In Redis as one document; `revision` grows with every change, and a change of an older one is refused. */
export const bodyCaptureSchema = z.object({
  captureId: z.string(),
  userId: z.string(),
  status: z.enum(BODY_CAPTURE_STATUSES),
  createdAtMs: epochMs,
  updatedAtMs: epochMs,
  storeImages: z.boolean(),
  /** The account's, when the capture was made; a later withdrawal counts too. */
  consent: consentFlagsSchema,
  source: z.enum(CAPTURE_SOURCES),
  stated: statedSchema,
  /** Which pictures it is measured from; a live session's capture waits for them. */
  expectedViews: z.array(z.enum(BODY_VIEWS)),
  /** Which pictures have come. */
  views: z.array(z.enum(BODY_VIEWS)),
  /** SHA-256 (hex) of the secret with which a live session adds views; null for an upload. */
  ticketHash: z.string().nullable(),
  jobId: z.string().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  metrics: captureMetricsSchema.nullable(),
  adjustments: z.array(adjustmentSchema),
  labels: z.array(labelSchema),
  artifacts: z.array(artifactSchema),
  /** Whose customer it is; null for people's own captures. */
  partner: z.object({ partnerId: z.string(), customerName: z.string(), reference: z.string() }).nullable(),
  /** Marked by an admin for the training export. */
  forTraining: z.boolean(),
  revision: z.number().int().nonnegative(),
});
export type BodyCapture = z.infer<typeof bodyCaptureSchema>;

/** The published result, `GET /api/v1/capture/{id}/results`: these keys and no others. */
export const bodyResultSchema = z.object({
  capture_id: z.string(),
  user_id: z.string(),
  timestamp: z.iso.datetime(),
  metrics: bodyMetricsSchema,
  skin: bodySkinSchema.nullable(),
  shape: bodyShapeSchema.nullable(),
  quality: bodyQualitySchema,
});
export type BodyResult = z.infer<typeof bodyResultSchema>;

/** Rows of history. On NATS as `framegate.records.<table>.<id>`; identity by table: the row's id and version. */
export const RECORD_TABLES = [
  'users',
  'body_captures',
  'capture_metrics',
  'artifacts',
  'labels',
  'user_adjustments',
  'audit_logs',
  'erasures',
] as const;
export type RecordTable = (typeof RECORD_TABLES)[number];

/** One row for ClickHouse. Column names and types as in the migration of its table; `row` is plain JSON. */
export const tableRecordSchema = z.object({
  table: z.enum(RECORD_TABLES),
  /** Of the message: the same id of a table is stored once. */
  recordId: z.string(),
  row: z.record(z.string(), z.unknown()),
});
export type TableRecord = z.infer<typeof tableRecordSchema>;
