/** Measures of many customers at once, as a partner hands them in. */
import { z } from 'zod';

export const MAX_BATCH_ROWS = 10_000;
/** Of a batch's file. */
export const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** Problems that are told of a batch; more are counted. */
export const MAX_BATCH_ERRORS = 1000;

/** Why a row is not taken. */
export const BATCH_PROBLEM_CODES = [
  'row-malformed',
  'row-too-long',
  'column-unknown',
  'column-doubled',
  'value-missing',
  'value-too-long',
  'not-text',
  'not-a-number',
  'out-of-range',
  'not-a-date',
  'measures-missing',
  'reference-doubled',
] as const;

export const batchErrorSchema = z.object({
  /** Of the data, from 1: the line of column names is none. */
  row: z.number().int().positive(),
  /** null for what is wrong with the row as a whole. */
  column: z.string().nullable(),
  code: z.enum(BATCH_PROBLEM_CODES),
  message: z.string(),
});
export type BatchError = z.infer<typeof batchErrorSchema>;

const count = z.number().int().nonnegative();

/** How far a batch is, in Redis; whether it goes on is its job's to tell, which has the same id. */
export const partnerBatchSchema = z.object({
  batchId: z.string(),
  partnerId: z.string(),
  createdAtMs: z.number().int().nonnegative(),
  rows: count,
  /** Rows looked at; each is accepted or rejected. */
  done: count,
  accepted: count,
  rejected: count,
  errors: z.array(batchErrorSchema).max(MAX_BATCH_ERRORS),
  errorsTruncated: z.boolean(),
});
export type PartnerBatch = z.infer<typeof partnerBatchSchema>;

/** Where a partner is told of what has ended. */
export const partnerWebhookSchema = z.object({
  url: z.string(),
  /** What the partner calls the secret that it checks signatures with; never the secret itself. */
  secretHint: z.string().nullable(),
  registeredAtMs: z.number().int().nonnegative(),
});
export type PartnerWebhook = z.infer<typeof partnerWebhookSchema>;
