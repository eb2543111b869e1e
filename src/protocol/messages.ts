/** The messages of framegate.v1. See SPEC.md for the rules that hold between them. */
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from './error-codes.ts';
import {
  bodySummarySchema,
  cardSummarySchema,
  checkSchema,
  consentSchema,
  faceSummarySchema,
  hintCodeSchema,
  modelIdentitySchema,
  provenanceSchema,
  thresholdsSchema,
  timingSchema,
  VERDICTS,
} from './records.ts';

const shortText = z.string().max(200);
const id = z.string().min(1).max(64);
const seq = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const sidePx = z.number().int().min(1).max(65_535);
/** `bin`; a view of the received message, not a copy. */
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected bin');
const epochMs = z.number().nonnegative().max(Number.MAX_SAFE_INTEGER);

export const helloSchema = z.object({
  type: z.literal('hello'),
  token: z.string().max(8192).optional(),
  /** `face-skin`, or with a level: `face-skin:strict`. */
  profile: z.string().min(1).max(64),
  thresholds: thresholdsSchema.optional(),
  consent: consentSchema,
  locale: z.string().min(1).max(35),
  client: z.object({ sdk: shortText, camera: shortText, screen: shortText }),
  /** This session's captures are views of a body capture that was created over HTTP. */
  collect: z.object({ captureId: id, ticket: z.string().min(1).max(128) }).optional(),
  resume: z
    .object({
      sessionId: id,
      resumeToken: z.string().min(1).max(128),
      /** The last feedback that the client has received; 0 for none. */
      lastSeq: z.number().int().min(0),
      /** The results received so far, the newest 32, each as `captureId/kind`: what is missing is sent again. */
      results: z.array(z.string().max(130)).max(32).optional(),
    })
    .optional(),
});

export const frameSchema = z.object({
  type: z.literal('frame'),
  seq,
  capturedAtMs: epochMs,
  width: sidePx,
  height: sidePx,
  format: z.enum(['jpeg', 'webp']),
  data: bytes,
});

export const stillSchema = z.object({
  type: z.literal('still'),
  captureId: id,
  /** The frame next to which the still was taken. */
  seq,
  width: sidePx,
  height: sidePx,
  format: z.enum(['jpeg', 'png', 'webp']),
  data: bytes,
});

export const captureSchema = z.object({ type: z.literal('capture'), seq });
export const byeSchema = z.object({ type: z.literal('bye'), reason: shortText });

export const clientMessageSchema = z.discriminatedUnion('type', [
  helloSchema,
  frameSchema,
  stillSchema,
  captureSchema,
  byeSchema,
]);

export const hintSchema = z.object({
  code: hintCodeSchema,
  params: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
});

export const limitsSchema = z.object({
  maxFps: z.number().positive(),
  maxFrameBytes: z.number().int().positive(),
  maxStillBytes: z.number().int().positive(),
  maxInFlight: z.number().int().positive(),
});

export const welcomeSchema = z.object({
  type: z.literal('welcome'),
  sessionId: id,
  resumeToken: z.string(),
  node: z.string(),
  profile: z.string(),
  thresholds: thresholdsSchema,
  limits: limitsSchema,
  models: z.array(modelIdentitySchema),
  /** Whether this goes on with an earlier connection's session. */
  resumed: z.boolean(),
  /** The highest seq that the session has accepted; the next frame's is higher. 0 for a new session. */
  lastSeq: z.number().int().min(0),
});

export const feedbackSchema = z.object({
  type: z.literal('feedback'),
  seq,
  verdict: z.enum(VERDICTS),
  hint: hintSchema.optional(),
  checks: z.array(checkSchema),
  dwell: z.number().min(0).max(1),
  face: faceSummarySchema.optional(),
  /** Bounds of the silhouette. */
  body: bodySummarySchema.optional(),
  card: cardSummarySchema.optional(),
  timing: timingSchema,
  /** Why the verdict is `error`. */
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

export const captureRequestSchema = z.object({
  type: z.literal('capture-request'),
  captureId: id,
  /** From now; the node's clock decides. */
  deadlineMs: z.number().int().positive(),
  maxWidth: sidePx,
  maxHeight: sidePx,
  /** The best frame of the dwell: a client that still has its full-resolution picture sends that one. */
  seq,
});

export const capturedSchema = z.object({
  type: z.literal('captured'),
  captureId: id,
  stream: z.string(),
  streamSeq: z.number().int().positive(),
  /** A `result` of each of these kinds follows, whichever is ready first. */
  resultKinds: z.array(z.string().min(1).max(64)).max(16),
});

export const rejectedSchema = z.object({
  type: z.literal('rejected'),
  captureId: id,
  hint: hintSchema.optional(),
  checks: z.array(checkSchema),
});

export const resultSchema = z.object({
  type: z.literal('result'),
  captureId: id,
  kind: z.string(),
  status: z.enum(['done', 'failed']),
  /** The ResultRecord's `result`, or its `error` where the analysis failed. */
  result: z.record(z.string(), z.unknown()),
  /** Which analyzer, models and thresholds it comes from. */
  provenance: provenanceSchema.optional(),
});

export const paceSchema = z.object({
  type: z.literal('pace'),
  maxFps: z.number().positive(),
  /** JPEG or WebP quality, 1..100. */
  quality: z.number().int().min(1).max(100),
  /** Longer side of a frame in pixels. */
  maxEdge: sidePx,
});

export const errorSchema = z.object({
  type: z.literal('error'),
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  retryable: z.boolean(),
  retryAfterMs: z.number().int().nonnegative().optional(),
  /** The frame that was refused, and gets no feedback. */
  seq: seq.optional(),
  /** The capture that this is about. */
  captureId: id.optional(),
});

export const serverMessageSchema = z.discriminatedUnion('type', [
  welcomeSchema,
  feedbackSchema,
  captureRequestSchema,
  capturedSchema,
  rejectedSchema,
  resultSchema,
  paceSchema,
  errorSchema,
]);

export type Hello = z.infer<typeof helloSchema>;
export type Frame = z.infer<typeof frameSchema>;
export type Still = z.infer<typeof stillSchema>;
export type ClientMessage = z.infer<typeof clientMessageSchema>;
export type Welcome = z.infer<typeof welcomeSchema>;
export type Feedback = z.infer<typeof feedbackSchema>;
export type CaptureRequest = z.infer<typeof captureRequestSchema>;
export type Captured = z.infer<typeof capturedSchema>;
export type Rejected = z.infer<typeof rejectedSchema>;
export type Result = z.infer<typeof resultSchema>;
export type Pace = z.infer<typeof paceSchema>;
export type ErrorMessage = z.infer<typeof errorSchema>;
export type ServerMessage = z.infer<typeof serverMessageSchema>;
