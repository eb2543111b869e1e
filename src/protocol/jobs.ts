/** Work that is asked for over HTTP and done by workers; its records on NATS and in Redis. */
import { z } from 'zod';

/** What a job's consumer does. `webhook` tells a subscriber of a finished job: its delivery is a job like any other. */
export const JOB_KINDS = [
  'skin',
  'face-contours',
  'image-variants',
  'body',
  'partner-batch',
  'webhook',
] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** Kinds whose outcome interests nobody but their caller: RESULTS is not told of it. */
export const KINDS_WITHOUT_RESULTS: readonly JobKind[] = ['partner-batch', 'webhook'];

/**
 * `pending` → `processing` → `completed` | `failed`; from `processing` to `retrying` and back where a try failed that may
 * go better; `cancelled` from any state before the end.
 */
export const JOB_STATES = ['pending', 'processing', 'retrying', 'completed', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** A job in one of these never changes again. */
export const FINAL_JOB_STATES: readonly JobState[] = ['completed', 'failed', 'cancelled'];

const epochMs = z.number().int().nonnegative();

/** The ids that a caller follows its request by: X-Request-Id, X-Analysis-Session, X-Frame-Seq. */
export const correlationSchema = z.object({
  requestId: z.string(),
  analysisSessionId: z.string().nullable(),
  frameSeq: z.string().nullable(),
});
export type Correlation = z.infer<typeof correlationSchema>;

/** One of the byte strings that a job's message carries, in the order of its payload. */
export const jobPartSchema = z.object({
  /** `image`, `segmentation-map`. */
  name: z.string(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string(),
  contentType: z.string(),
});
export type JobPart = z.infer<typeof jobPartSchema>;

/**
 * What is to be done. In the header `Framegate-Job` of a message in JOBS; the payload is the parts, one after another.
 * Identity: jobId.
 */
export const jobRequestSchema = z.object({
  jobId: z.string(),
  kind: z.enum(JOB_KINDS),
  /** The token's subject; null where none is asked for. Nobody else may see the job. */
  owner: z.string().nullable(),
  submittedAtMs: epochMs,
  correlation: correlationSchema,
  /** The kind's own parameters; see the handler's schema. */
  params: z.record(z.string(), z.unknown()),
  parts: z.array(jobPartSchema),
  /** Where to tell of the end, as the caller asked; null where nobody wants to be told. */
  webhookUrl: z.string().nullable(),
});
export type JobRequest = z.infer<typeof jobRequestSchema>;

/** How a job stands, in Redis. */
export const jobStatusSchema = z.object({
  jobId: z.string(),
  kind: z.enum(JOB_KINDS),
  owner: z.string().nullable(),
  state: z.enum(JOB_STATES),
  /** Tries begun. */
  attempts: z.number().int().nonnegative(),
  /** 0..1, as the handler tells. */
  progress: z.number().min(0).max(1),
  createdAtMs: epochMs,
  startedAtMs: epochMs.nullable(),
  finishedAtMs: epochMs.nullable(),
  /** Of the last failed try; null after a success. */
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  correlation: correlationSchema,
  /** What it works on, where that has an id of its own: an image. */
  subjectId: z.string().nullable(),
  /** As in the request. */
  webhookUrl: z.string().nullable().default(null),
});
export type JobStatus = z.infer<typeof jobStatusSchema>;

export interface JobFailure {
  readonly code: string;
  readonly message: string;
}

/**
 * What may become of a job. A failure names the attempt that it speaks of: a worker that was taken for dead, and fails
 * while another one works on the job, has no say any more.
 */
export type JobChange =
  | { readonly type: 'start'; readonly atMs: number }
  | { readonly type: 'retry'; readonly attempt: number; readonly error: JobFailure }
  | { readonly type: 'complete'; readonly atMs: number; readonly result: Record<string, unknown> }
  | { readonly type: 'fail'; readonly attempt: number; readonly atMs: number; readonly error: JobFailure }
  | { readonly type: 'cancel'; readonly atMs: number };
