/**
 * Every key and channel in Redis, what it holds and how long. Values are JSON; never pixels, never tokens, and of secrets
 * only that of SIGNING_SECRET_KEY.
 */

const PREFIX = 'framegate';

/** Hash: generation, tokenHash, subject, node, state (or ended). Lives for the time its caller gives. */
export function resumeKey(sessionId: string): string {
  return `${PREFIX}:resume:${sessionId}`;
}

/** How long a session that ended refuses late saves of older holders. As long as a session can be resumed. */
export const ENDED_TTL_MS = 120_000;

/** Channel: JSON {sessionId, generation} at every claim. */
export const SUPERSEDED_CHANNEL = `${PREFIX}:superseded`;

/** Sorted set of the times (Redis's clock, µs) of the calls in the window. Lives for one window. */
export function rateLimitKey(scope: string, who: string): string {
  return `${PREFIX}:rate:${scope}:${who}`;
}

/** JSON of a JobStatus. Lives for the time its caller gives, counted from its last change. */
export function jobKey(jobId: string): string {
  return `${PREFIX}:job:${jobId}`;
}

/** JSON of what a job gave, compressed where it is long. Lives as long as the job. */
export function jobResultKey(jobId: string): string {
  return `${PREFIX}:job-result:${jobId}`;
}

/** JSON {jobId, contentHash} of the first job with this idempotency key. Lives for a day. */
export function jobIdempotencyKey(key: string): string {
  return `${PREFIX}:job-idempotency:${key}`;
}

export const IDEMPOTENCY_TTL_MS = 24 * 3_600_000;

/** Sorted set of the jobs that have not ended, by when somebody last worked on them (ms). */
export const OPEN_JOBS_KEY = `${PREFIX}:jobs-open`;

/** Hash: jobs of a kind by state, over the life of this Redis. */
export function jobCountsKey(kind: string): string {
  return `${PREFIX}:jobs-count:${kind}`;
}

/** Sorted set of the last failed jobs of a kind, by when they failed (ms). The newest 1,000. */
export function failedJobsKey(kind: string): string {
  return `${PREFIX}:jobs-failed:${kind}`;
}

/** Sorted set `<jobId> <processing ms>` of the jobs of a kind that were completed in the last day, by when (ms). */
export function completedJobsKey(kind: string): string {
  return `${PREFIX}:jobs-completed:${kind}`;
}

/** Channel: the id of a job that has ended or was removed. */
export const JOB_ENDED_CHANNEL = `${PREFIX}:job-ended`;

/** Sorted set of the workers that take jobs, by when they count as gone (Redis's clock, ms). */
export const WORKERS_KEY = `${PREFIX}:workers`;

/** JSON of an ImageRecord. Lives as long as the image: until somebody deletes it, or nobody has processed it. */
export function imageKey(imageId: string): string {
  return `${PREFIX}:image:${imageId}`;
}

/** What is not processed by then has failed, or its message is gone: nothing of it is in storage. */
export const UNPROCESSED_IMAGE_TTL_MS = 7 * 24 * 3_600_000;

/** Number of processed images that are there. */
export const IMAGE_COUNT_KEY = `${PREFIX}:image-count`;

/** A picture's likeness of 64 bits is filed under each of its four bands of 16. */
export const CONTOUR_LIKENESS_BANDS = 4;

/** Sorted set `<likeness>:<digest>` of contour results whose picture has these bits in this band, by when. Lives as long as results do. */
export function contourBandKey(scope: string, band: number, bits: string): string {
  return `${PREFIX}:contours-like:${scope}:${band}:${bits}`;
}

/** Hash: JSON of each erasure that has begun and not ended, by `<subject type>:<subject id>`. */
export const OPEN_ERASURES_KEY = `${PREFIX}:erasures-open`;

/** Set `capture:<id>` or `session:<id>` of what an open erasure has found to be its subject's. Lives as long as the erasure is open. */
export function erasureIdsKey(erasureId: string): string {
  return `${PREFIX}:erasure-ids:${erasureId}`;
}

/** Text that names the holder of a piece of work that one process does at a time. Lives for the time that its caller gives. */
export function leaseKey(work: string): string {
  return `${PREFIX}:lease:${work}`;
}

/** JSON of what a contour job gave. Lives for the time its caller gives. */
export function contourResultKey(scope: string, digest: string): string {
  return `${PREFIX}:contours:${scope}:${digest}`;
}

/** JSON of an Account. Lives until the account is removed. */
export function accountKey(userId: string): string {
  return `${ACCOUNT_KEYS_BEGIN}${userId}`;
}

const ACCOUNT_KEYS_BEGIN = `${PREFIX}:account:`;

/** Id of the account with this e-mail address, which is normalised. Lives as long as the account. */
export function accountEmailKey(email: string): string {
  return `${ACCOUNT_EMAIL_KEYS_BEGIN}${email}`;
}

export const ACCOUNT_EMAIL_KEYS_BEGIN = `${PREFIX}:account-email:`;

/** Hash: userId, and the SHA-256 of the one refresh token of a sign-in that is good. Lives for the time its caller gives, counted from the last token. */
export function refreshFamilyKey(familyId: string): string {
  return `${REFRESH_FAMILY_KEYS_BEGIN}${familyId}`;
}

export const REFRESH_FAMILY_KEYS_BEGIN = `${PREFIX}:refresh-family:`;

/** Sorted set of an account's sign-ins, by when each last had a new token (Redis's clock, µs). Lives as long as the newest. */
export function refreshFamiliesKey(userId: string): string {
  return `${REFRESH_FAMILIES_KEYS_BEGIN}${userId}`;
}

export const REFRESH_FAMILIES_KEYS_BEGIN = `${PREFIX}:refresh-families:`;

/** The secret that access tokens are signed with where none is configured; made once, stays. */
export const SIGNING_SECRET_KEY = `${PREFIX}:signing-secret`;

/** Hash: revision, document (JSON of a BodyCapture, compressed where it is long). Lives until somebody deletes it. */
export function bodyCaptureKey(captureId: string): string {
  return `${PREFIX}:body-capture:${captureId}`;
}

/** Sorted set of all body captures, by when they were made (ms). */
export const ALL_BODY_CAPTURES_KEY = `${PREFIX}:body-captures`;

/** Sorted set of an account's body captures, by when they were made (ms). */
export function ownBodyCapturesKey(userId: string): string {
  return `${PREFIX}:body-captures-of:${userId}`;
}

/** Sorted set of the body captures of a partner's customers, by when they were made (ms). */
export function partnerBodyCapturesKey(partnerId: string): string {
  return `${PREFIX}:body-captures-of-partner:${partnerId}`;
}

/** Sorted set of the body captures in a status, by when they were made (ms). */
export function bodyCapturesInKey(status: string): string {
  return `${PREFIX}:body-captures-in:${status}`;
}

/** Sorted set of the body captures that wait for a worker, by when they came (ms). */
export const BODY_CAPTURE_QUEUE_KEY = `${PREFIX}:body-capture-queue`;

/** JSON of a PartnerBatch. Lives for the time its caller gives, counted from its last change. */
export function partnerBatchKey(batchId: string): string {
  return `${PREFIX}:partner-batch:${batchId}`;
}

/** Set of a partner's batches. Lives as long as the newest. */
export function partnerBatchesKey(partnerId: string): string {
  return `${PREFIX}:partner-batches-of:${partnerId}`;
}

/** JSON of a PartnerWebhook. Lives until the partner removes it, or is removed. */
export function partnerWebhookKey(partnerId: string): string {
  return `${PREFIX}:partner-webhook:${partnerId}`;
}

/** Sorted set `<captureId> <artifactId>` of files that are to go, by when (ms). */
export const DUE_ARTIFACTS_KEY = `${PREFIX}:artifacts-due`;
