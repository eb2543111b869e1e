import { z } from 'zod';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import {
  type ImageRecord,
  imageVariantSchema,
  type ProcessedImage,
} from '../../../protocol/image-records.ts';
import type { JobState, JobStatus } from '../../../protocol/jobs.ts';
import { type Endpoint, endpoint } from '../../endpoint.ts';
import { fastApiErrors } from '../../errors/fastapi-errors.ts';
import { type HttpReply, jsonReply } from '../../route.ts';
import { checkId, notFound } from './image-ids.ts';
import { allUrls } from './image-urls.ts';
import type { ImagesDeps } from './images-deps.ts';

const params = z.object({ job_id: z.string() });

/** The seed knows no job that was cancelled: it has failed, and its error says so. */
const SEED_STATES = ['pending', 'processing', 'retrying', 'completed', 'failed'] as const;

const statusSchema = z.object({
  job_id: z.string(),
  image_id: z.string(),
  status: z.enum(SEED_STATES),
  created_at: z.string(),
  completed_at: z.string().nullable(),
  error: z.string().nullable(),
  attempts: z.number().int(),
  progress: z.number(),
});

const imageResultSchema = z.object({
  image_id: z.string(),
  status: z.literal('completed'),
  urls: z.record(z.string(), z.string()),
  metadata: z.object({
    dominant_color: z.string(),
    original_dimensions: z.object({ width: z.number(), height: z.number() }),
    variants: z.record(z.string(), imageVariantSchema),
    custom: z.record(z.string(), z.unknown()),
  }),
  completed_at: z.string(),
});

const EXAMPLE_ID = '0b6c1f8e-52f4-4f6f-9a52-6a1b2f2f0a10';

/** Status, result and cancelling of an upload's job. */
export function imageJobRoutes(deps: ImagesDeps): Endpoint[] {
  async function ownJob(jobId: string, subject: string | null): Promise<JobStatus> {
    const status = await deps.desk.status(checkId(jobId), subject);
    if (status === null || status.kind !== 'image-variants') throw notFound('job');
    return status;
  }

  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/images/jobs/:job_id',
      summary: 'How an upload stands',
      tag: 'images',
      params,
      responses: { 200: { description: 'The status', schema: statusSchema } },
      errors: fastApiErrors,
      errorStatuses: [401, 404],
      access: deps.access,
      examples: [{ params: { job_id: EXAMPLE_ID }, status: 404 }],
      async handle({ params: { job_id }, subject }) {
        return jsonReply(200, statusBody(await ownJob(job_id, subject)));
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/images/jobs/:job_id/result',
      summary: 'What became of an upload',
      tag: 'images',
      params,
      responses: { 200: { description: 'The image', schema: imageResultSchema } },
      errors: fastApiErrors,
      errorStatuses: [401, 404, 409],
      access: deps.access,
      examples: [{ params: { job_id: EXAMPLE_ID }, status: 404 }],
      async handle({ params: { job_id }, subject }) {
        const status = await ownJob(job_id, subject);
        refuseUnfinished(status);
        const result = await deps.desk.result(status.jobId, subject);
        const imageId = String(result?.image_id ?? '');
        const image = imageId === '' ? null : await deps.images.read(imageId);
        if (image === null) throw notFound('image');
        return imageReply(deps, image);
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/images/jobs/:job_id/cancel',
      summary: 'Stop an upload’s processing',
      tag: 'images',
      params,
      responses: { 200: { description: 'The status afterwards', schema: statusSchema } },
      errors: fastApiErrors,
      errorStatuses: [401, 404],
      access: deps.access,
      examples: [{ params: { job_id: EXAMPLE_ID }, status: 404 }],
      async handle({ params: { job_id }, subject }) {
        const { jobId } = await ownJob(job_id, subject);
        const status = await deps.desk.cancel(jobId, subject);
        if (status === null) throw notFound('job');
        return jsonReply(200, statusBody(status));
      },
    }),
  ];
}

/** The whole of an image, as the result of its job and as `/all`. */
export async function imageReply(deps: ImagesDeps, image: ImageRecord): Promise<HttpReply> {
  const processed = await processedOf(deps, image);
  const { dominantColor, originalWidth, originalHeight, variants } = processed;
  return jsonReply(200, {
    image_id: image.imageId,
    status: 'completed',
    urls: await allUrls(deps.storage, image),
    metadata: {
      dominant_color: dominantColor,
      original_dimensions: { width: originalWidth, height: originalHeight },
      variants,
      custom: image.metadata,
    },
    completed_at: new Date(processed.completedAtMs).toISOString(),
  });
}

/**
 * Rejects with what keeps an image from being there: job-not-finished, job-failed, job-cancelled, or
 * not-found where its job is forgotten.
 */
export async function processedOf(
  { desk }: Pick<ImagesDeps, 'desk'>,
  { processed, jobId, owner }: ImageRecord,
): Promise<ProcessedImage> {
  if (processed !== null) return processed;
  const status = await desk.status(jobId, owner);
  if (status === null) throw notFound('image');
  refuseUnfinished(status);
  throw notYet();
}

function notYet(): FramegateError {
  return new FramegateError('job-not-finished', 'the image is not processed yet; ask again later', {
    retryable: true,
    retryAfterMs: 1000,
  });
}

function refuseUnfinished({ state, error }: JobStatus): void {
  if (state === 'completed') return;
  if (state === 'failed')
    throw new FramegateError('job-failed', error?.message ?? 'the image could not be processed');
  if (state === 'cancelled') throw new FramegateError('job-cancelled', 'the job was cancelled');
  throw notYet();
}

function statusBody(status: JobStatus): z.infer<typeof statusSchema> {
  const { jobId, state, createdAtMs, finishedAtMs, error, attempts, progress } = status;
  return {
    job_id: jobId,
    image_id: status.subjectId ?? '',
    status: seedState(state),
    created_at: new Date(createdAtMs).toISOString(),
    completed_at: finishedAtMs === null ? null : new Date(finishedAtMs).toISOString(),
    error: state === 'cancelled' ? 'the job was cancelled' : (error?.message ?? null),
    attempts,
    progress,
  };
}

export function seedState(state: JobState): (typeof SEED_STATES)[number] {
  return state === 'cancelled' ? 'failed' : state;
}
