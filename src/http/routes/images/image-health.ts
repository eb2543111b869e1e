import { z } from 'zod';
import type { JobStatus } from '../../../protocol/jobs.ts';
import { type Endpoint, endpoint, OPEN_ACCESS } from '../../endpoint.ts';
import { fastApiErrors } from '../../errors/fastapi-errors.ts';
import { integerParameter } from '../../parameters.ts';
import { jsonReply } from '../../route.ts';
import type { ImagesDeps } from './images-deps.ts';

/** As many as the job store keeps: others' must not push one's own out of the list. */
const KEPT_FAILED = 1000;

const failedSchema = z.object({
  job_id: z.string(),
  image_id: z.string(),
  attempts: z.number(),
  error: z.string(),
  error_code: z.string(),
  created_at: z.string(),
  failed_at: z.string(),
});

/** `/api/v1/health`: that it answers, how much it has done, and what has failed. */
export function imageHealthRoutes(deps: ImagesDeps): Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/health',
      summary: 'Whether the image service answers',
      tag: 'health',
      responses: {
        200: {
          description: 'It does',
          schema: z.object({ status: z.literal('healthy'), service: z.string(), version: z.string() }),
          example: { status: 'healthy', service: 'image-processor', version: '1.0.0' },
        },
      },
      errors: fastApiErrors,
      access: OPEN_ACCESS,
      examples: [{ status: 200 }],
      handle: () => jsonReply(200, { status: 'healthy', service: 'image-processor', version: deps.version }),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/health/stats',
      summary: 'Jobs by state, times and stored images',
      description:
        '`celery` tells of the workers under the name that callers know; one that died counts for up to 15 s more.',
      tag: 'health',
      responses: {
        200: {
          description: 'The figures',
          schema: z.object({
            status_breakdown: z.record(z.string(), z.number()),
            performance_24h: z.object({
              completed_24h: z.number(),
              avg_processing_time_seconds: z.number().nullable(),
            }),
            storage: z.object({ total_images: z.number(), total_jobs: z.number() }),
            celery: z.object({ active_workers: z.number(), active_tasks: z.number() }),
          }),
        },
      },
      errors: fastApiErrors,
      errorStatuses: [401],
      access: deps.access,
      examples: [{ status: 200 }],
      async handle() {
        const [{ byState, completedIn24h, meanProcessingMs }, workers, totalImages] = await Promise.all([
          deps.statistics.counts(),
          deps.statistics.workers(),
          deps.images.count(),
        ]);
        const { pending, processing, retrying, completed, failed, cancelled } = byState;
        return jsonReply(200, {
          status_breakdown: { completed, pending, processing, retrying, failed: failed + cancelled },
          performance_24h: {
            completed_24h: completedIn24h,
            avg_processing_time_seconds:
              meanProcessingMs === null ? null : Math.round(meanProcessingMs / 10) / 100,
          },
          storage: {
            total_images: totalImages,
            total_jobs: Object.values(byState).reduce((sum, count) => sum + count, 0),
          },
          celery: { active_workers: workers, active_tasks: processing },
        });
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/health/failed',
      summary: 'The newest jobs that have failed',
      tag: 'health',
      query: z.object({ limit: integerParameter({ min: 1, max: 500 }).optional() }),
      responses: {
        200: { description: 'Newest first', schema: z.object({ failed_jobs: z.array(failedSchema) }) },
      },
      errors: fastApiErrors,
      errorStatuses: [401, 422],
      access: deps.access,
      examples: [{ query: { limit: '50' }, status: 200 }],
      async handle({ query: { limit = 50 }, subject }) {
        const failed = await deps.statistics.failed(KEPT_FAILED);
        // Who has a token sees what is its own; without tokens there is nobody to keep apart.
        const own = failed.filter(({ owner }) => owner === subject).slice(0, limit);
        return jsonReply(200, { failed_jobs: own.map(failedBody) });
      },
    }),
  ];
}

function failedBody(status: JobStatus): z.infer<typeof failedSchema> {
  const { jobId, subjectId, attempts, error, createdAtMs, finishedAtMs } = status;
  return {
    job_id: jobId,
    image_id: subjectId ?? '',
    attempts,
    error: error?.message ?? '',
    error_code: error?.code ?? '',
    created_at: new Date(createdAtMs).toISOString(),
    failed_at: new Date(finishedAtMs ?? createdAtMs).toISOString(),
  };
}
