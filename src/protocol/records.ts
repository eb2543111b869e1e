/**
 * What framegate puts on NATS, for its own roles and for anyone who subscribes: JSON, except a capture,
 * whose payload is the image and whose CaptureRecord stands in the header `Framegate-Capture`.
 */
import { z } from 'zod';
import { CHECK_STATUSES, MEASURE_IDS, PROFILE_LEVELS, PROFILE_NAMES } from './checks.ts';
import { HINT_CODES, type HintCode } from './hint-codes.ts';
import { correlationSchema } from './jobs.ts';

const finite = z.number();
const epochMs = z.number().int().nonnegative();

export const checkSchema = z.object({
  id: z.enum(MEASURE_IDS),
  value: finite.nullable(),
  unit: z.string(),
  score: finite.min(0).max(100),
  status: z.enum(CHECK_STATUSES),
});

export const thresholdSchema = z.strictObject({ min: finite.optional(), max: finite.optional() });
export const thresholdsSchema = z.partialRecord(z.enum(MEASURE_IDS), thresholdSchema);

export const hintCodeSchema = z.enum(Object.keys(HINT_CODES) as [HintCode, ...HintCode[]]);

export const boxSchema = z.object({ x: finite, y: finite, width: finite, height: finite });

export const faceSummarySchema = z.object({
  box: boxSchema,
  yawDeg: finite,
  pitchDeg: finite,
  rollDeg: finite,
});

export const bodySummarySchema = z.object({ box: boxSchema });

/** Corners clockwise as seen. */
export const cardSummarySchema = z.object({ corners: z.array(z.tuple([finite, finite])).length(4) });

export const timingSchema = z.object({
  queueMs: finite.nonnegative(),
  decodeMs: finite.nonnegative(),
  inferMs: finite.nonnegative(),
  totalMs: finite.nonnegative(),
});

export const consentSchema = z.object({ store: z.boolean(), training: z.boolean() });

export const modelIdentitySchema = z.object({ name: z.string(), version: z.string(), sha256: z.string() });

export const VERDICTS = ['pass', 'adjust', 'skipped', 'error'] as const;

/** One received frame and what was answered. Identity: sessionId and seq. */
export const frameRecordSchema = z.object({
  sessionId: z.string(),
  seq: z.number().int().positive(),
  node: z.string(),
  profile: z.enum(PROFILE_NAMES),
  level: z.enum(PROFILE_LEVELS),
  /** The client's clock. */
  capturedAtMs: epochMs,
  /** The node's clock. */
  receivedAtMs: epochMs,
  verdict: z.enum(VERDICTS),
  hint: hintCodeSchema.nullable(),
  errorCode: z.string().nullable(),
  checks: z.array(checkSchema),
  dwell: finite.min(0).max(1),
  face: faceSummarySchema.nullable(),
  faceCount: z.number().int().nonnegative(),
  width: z.number().int().nonnegative(),
  height: z.number().int().nonnegative(),
  format: z.string(),
  frameBytes: z.number().int().nonnegative(),
  timing: timingSchema,
  models: z.array(modelIdentitySchema),
});

/** One accepted capture. Identity: captureId. */
export const captureRecordSchema = z.object({
  captureId: z.string(),
  sessionId: z.string(),
  node: z.string(),
  /** The token's subject, where there is one. */
  subject: z.string().nullable(),
  profile: z.enum(PROFILE_NAMES),
  level: z.enum(PROFILE_LEVELS),
  thresholds: thresholdsSchema,
  trigger: z.enum(['auto', 'manual']),
  /** The still that was asked for, or the best frame of the dwell where none came in time. */
  source: z.enum(['still', 'frame']),
  /** The best frame of the dwell. */
  seq: z.number().int().positive(),
  capturedAtMs: epochMs,
  acceptedAtMs: epochMs,
  consent: consentSchema,
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  format: z.enum(['jpeg', 'png', 'webp']),
  imageBytes: z.number().int().positive(),
  imageSha256: z.string(),
  quality: finite.min(0).max(100),
  checks: z.array(checkSchema),
  face: faceSummarySchema.nullable(),
  models: z.array(modelIdentitySchema),
  /** The body capture that this is a view of, and SHA-256 (hex) of the ticket that was shown for it. */
  collect: z.object({ captureId: z.string(), ticketHash: z.string() }).optional(),
});

export const measurementSchema = z.object({
  metric: z.string(),
  /** Part of the face or body that the metric speaks of; absent for the whole. */
  region: z.string().optional(),
  value: finite.nullable(),
  unit: z.string(),
  confidence: finite.min(0).max(1),
});

/** What a result's picture came by: a guided capture, or an upload over HTTP. */
export const RESULT_PROFILES = [...PROFILE_NAMES, 'upload'] as const;

export const provenanceSchema = z.object({
  analyzer: z.string(),
  analyzerVersion: z.string(),
  codeVersion: z.string(),
  models: z.array(modelIdentitySchema),
  thresholds: thresholdsSchema,
  sessionId: z.string(),
  captureId: z.string(),
  /** The frame that the capture came from; 0 for an upload. */
  seq: z.number().int().nonnegative(),
  imageSha256: z.string(),
});

/** What one analyzer says of one capture, or one job of its upload (captureId is the jobId then). Identity: captureId and kind. */
export const resultRecordSchema = z.object({
  captureId: z.string(),
  sessionId: z.string(),
  kind: z.string(),
  status: z.enum(['done', 'failed']),
  profile: z.enum(RESULT_PROFILES),
  finishedAtMs: epochMs,
  durationMs: finite.nonnegative(),
  attempt: z.number().int().positive(),
  measurements: z.array(measurementSchema),
  /** The analyzer's own shape; see its schema. null when it failed. */
  result: z.record(z.string(), z.unknown()).nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  provenance: provenanceSchema,
  /** The caller's ids; absent for a live capture. */
  correlation: correlationSchema.optional(),
});

/** Something that happened to an entity; the audit trail. Identity: eventId. */
export const eventRecordSchema = z.object({
  eventId: z.string(),
  entity: z.enum(['session', 'capture', 'result', 'node', 'token', 'job', 'image', 'webhook']),
  entityId: z.string(),
  event: z.string(),
  atMs: epochMs,
  node: z.string(),
  /** Who caused it: a token's subject, `anonymous`, or `system`. */
  actor: z.string(),
  details: z.record(z.string(), z.unknown()),
});

/** Details of the event session.started (entity `session`, event `started`); `resumed` carries the same. */
export const sessionStartedDetailsSchema = z.object({
  profile: z.enum(PROFILE_NAMES),
  level: z.enum(PROFILE_LEVELS),
  thresholds: thresholdsSchema,
  consent: consentSchema,
  locale: z.string(),
  client: z.object({ sdk: z.string(), camera: z.string(), screen: z.string() }),
});

/** Details of the event session.ended. */
export const sessionEndedDetailsSchema = z.object({
  profile: z.enum(PROFILE_NAMES),
  reason: z.string(),
  frames: z.number().int().nonnegative(),
  captures: z.number().int().nonnegative(),
  startedAtMs: epochMs,
});

export type FaceSummary = z.infer<typeof faceSummarySchema>;
export type BodySummary = z.infer<typeof bodySummarySchema>;
export type CardSummary = z.infer<typeof cardSummarySchema>;
export type Timing = z.infer<typeof timingSchema>;
export type Consent = z.infer<typeof consentSchema>;
export type ModelIdentity = z.infer<typeof modelIdentitySchema>;
export type FrameRecord = z.infer<typeof frameRecordSchema>;
export type CaptureRecord = z.infer<typeof captureRecordSchema>;
export type Measurement = z.infer<typeof measurementSchema>;
export type Provenance = z.infer<typeof provenanceSchema>;
export type ResultRecord = z.infer<typeof resultRecordSchema>;
export type EventRecord = z.infer<typeof eventRecordSchema>;
export type SessionStartedDetails = z.infer<typeof sessionStartedDetailsSchema>;
export type SessionEndedDetails = z.infer<typeof sessionEndedDetailsSchema>;
