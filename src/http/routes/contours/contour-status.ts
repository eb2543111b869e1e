import { z } from 'zod';
import { CONTOUR_DONE_STATUSES } from '../../../protocol/contour-options.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import type { JobState, JobStatus } from '../../../protocol/jobs.ts';
import { type Endpoint, endpoint } from '../../endpoint.ts';
import { jsonReply } from '../../route.ts';
import { contourErrors } from './contour-errors.ts';
import type { ContoursDeps } from './contours-deps.ts';

const STATUSES = ['pending', 'processing', 'failed', ...CONTOUR_DONE_STATUSES] as const;

/** The seeds know no other words. */
const UNFINISHED: Readonly<Record<Exclude<JobState, 'completed'>, (typeof STATUSES)[number]>> = {
  pending: 'pending',
  processing: 'processing',
  retrying: 'processing',
  failed: 'failed',
  cancelled: 'failed',
};

const statusSchema = z.object({
  id: z.string(),
  status: z.enum(STATUSES),
  svg: z.string().optional().describe('base64; once the job is through'),
  mask_contours: z
    .record(z.string(), z.array(z.tuple([z.number(), z.number()])))
    .optional()
    .describe('Outlines by label or name, in pixels of the picture as it was sent'),
  detail: z.string().optional().describe('Why the job failed'),
});

/** What the handler gives, as far as it is told here. */
interface Result {
  readonly svg: string;
  readonly mask_contours: Record<string, unknown>;
  readonly doneStatus?: (typeof CONTOUR_DONE_STATUSES)[number];
}

const EXAMPLE_ID = '0b6c1f8e-52f4-4f6f-9a52-6a1b2f2f0a10';

const paramsSchema = z.object({ id: z.string().min(1).max(128) });

export function contourStatusRoutes({ desk, access }: ContoursDeps): Endpoint[] {
  async function found(id: string, subject: string | null): Promise<JobStatus> {
    const status = await desk.status(id, subject);
    if (status?.kind !== 'face-contours') throw notFound();
    return status;
  }

  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/frontal/crop/status/:id',
      summary: 'How a contour job stands, and its drawing',
      description:
        'A job that is through is `completed` where it was submitted with `loadtest_mode`, else `done`; FRAMEGATE_CONTOUR_DONE_STATUS or `done_status` choose one for all.',
      tag: 'facial contours',
      params: paramsSchema,
      query: z.object({
        done_status: z
          .enum(CONTOUR_DONE_STATUSES)
          .optional()
          .describe('What the status of a finished job is to say'),
      }),
      responses: {
        200: {
          description: 'The status, and the contours once it is `completed` or `done`',
          schema: statusSchema,
          example: {
            id: EXAMPLE_ID,
            status: 'done',
            svg: 'PD94bWwgdmVyc2lvbj0iMS4wIj8+',
            mask_contours: {
              '1': [
                [12.5, 20],
                [40, 20.25],
                [26, 48],
              ],
            },
          },
        },
      },
      errors: contourErrors,
      errorStatuses: [401, 404, 422],
      access,
      examples: [{ params: { id: EXAMPLE_ID }, query: { done_status: 'completed' }, status: 404 }],
      async handle({ params: { id }, query, subject }) {
        const { state, error } = await found(id, subject);
        if (state !== 'completed') {
          const detail = state === 'failed' ? error?.message : undefined;
          return jsonReply(200, { id, status: UNFINISHED[state], ...(detail !== undefined && { detail }) });
        }
        const result = (await desk.result(id, subject)) as Result | null;
        // Kept as long as its job: it went between the two questions.
        if (result === null) throw notFound();
        return jsonReply(200, {
          id,
          status: query.done_status ?? result.doneStatus ?? 'completed',
          svg: result.svg,
          mask_contours: result.mask_contours,
        });
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/frontal/contours/:id',
      summary: 'All that is known of a drawing',
      description:
        'Every part and hole of each region, areas and lengths, the rotation, and the matrix from the picture to the SVG.',
      tag: 'facial contours',
      params: paramsSchema,
      responses: {
        200: { description: 'The result', schema: z.record(z.string(), z.unknown()) },
      },
      errors: contourErrors,
      errorStatuses: [401, 404, 409, 422],
      access,
      examples: [{ params: { id: EXAMPLE_ID }, status: 404 }],
      async handle({ params: { id }, subject }) {
        const { state, error } = await found(id, subject);
        if (state === 'failed') {
          throw new FramegateError('job-failed', error?.message ?? 'the job failed');
        }
        if (state === 'cancelled') throw new FramegateError('job-cancelled', 'the job was cancelled');
        const result = state === 'completed' ? await desk.result(id, subject) : null;
        if (result === null) throw new FramegateError('job-not-finished', 'the job has no result yet');
        return jsonReply(200, result);
      },
    }),
  ];
}

function notFound(): FramegateError {
  return new FramegateError('not-found', 'Job not found.');
}
