import { z } from 'zod';
import { BODY_CAPTURE_STATUSES, CAPTURE_SOURCES } from '../../../protocol/body-captures.ts';
import { type Endpoint, endpoint } from '../../endpoint.ts';
import { detailedErrors } from '../../errors/detailed-errors.ts';
import { booleanParameter } from '../../parameters.ts';
import { jsonReply } from '../../route.ts';
import { callerOf } from './account-shapes.ts';
import {
  captureParams,
  checkCaptureId,
  DEFAULT_PAGE,
  EXAMPLE_CAPTURE_ID,
  NO_STORE,
  pageQuery,
} from './capture-shapes.ts';
import { download } from './download-shapes.ts';
import type { PortalDeps } from './portal-deps.ts';
import { reviewed, reviewedShape, reviewSummary, reviewSummaryShape } from './review-shapes.ts';

const EXAMPLE_ARTIFACT_ID = '0c9d8e7f-6a5b-4c3d-9e2f-1a0b9c8d7e6f';

/** Captures as those see them who look after the data set. Each call is told to the audit trail. */
export function adminCaptureRoutes({
  review,
  accountAccess,
}: Pick<PortalDeps, 'review' | 'accountAccess'>): Endpoint[] {
  const common = {
    method: 'GET' as const,
    tag: 'admin',
    errors: detailedErrors,
    access: accountAccess(['admin', 'labeler']),
  };
  return [
    endpoint({
      ...common,
      path: '/api/v1/admin/captures',
      summary: 'Captures of everybody, newest first',
      description:
        'Never with pixels. A page looks through 2,000 captures at most: where it has fewer than `limit`, or none, `next_before` goes on; null says that nothing is left.',
      query: z.object({
        status: z.enum(BODY_CAPTURE_STATUSES).optional(),
        source: z.enum(CAPTURE_SOURCES).optional(),
        has_open_adjustment: booleanParameter()
          .optional()
          .describe('Whether an edit waits for somebody to decide'),
        ...pageQuery.shape,
      }),
      responses: {
        200: {
          description: 'A page',
          schema: z.object({
            captures: z.array(reviewSummaryShape),
            next_before: z.number().int().nullable(),
          }),
        },
      },
      errorStatuses: [401, 403, 422],
      examples: [{ query: { status: 'done', has_open_adjustment: 'true' }, status: 200 }],
      async handle(call) {
        const { status, source, has_open_adjustment, limit = DEFAULT_PAGE, before } = call.query;
        const { captures, nextBeforeMs } = await review.list(callerOf(call), {
          status,
          source,
          hasOpenAdjustment: has_open_adjustment,
          limit,
          beforeMs: before,
        });
        return jsonReply(200, { captures: captures.map(reviewSummary), next_before: nextBeforeMs }, NO_STORE);
      },
    }),
    endpoint({
      ...common,
      path: '/api/v1/admin/captures/:id',
      summary: 'All that is known of a capture',
      params: captureParams,
      responses: { 200: { description: 'The capture', schema: reviewedShape } },
      errorStatuses: [401, 403, 404],
      examples: [{ params: { id: EXAMPLE_CAPTURE_ID }, status: 404 }],
      async handle(call) {
        const capture = await review.read(callerOf(call), checkCaptureId(call.params.id));
        return jsonReply(200, reviewed(capture), NO_STORE);
      },
    }),
    endpoint({
      ...common,
      path: '/api/v1/admin/captures/:id/artifacts/:artifactId',
      summary: 'A file of a capture: a picture, or what was read from one',
      description: 'For admins only. Told to the audit trail before it is read.',
      params: captureParams.extend({ artifactId: z.string().max(64) }),
      responses: { 200: { description: 'The bytes', contentType: 'application/octet-stream' } },
      errorStatuses: [401, 403, 404],
      access: accountAccess(['admin']),
      examples: [{ params: { id: EXAMPLE_CAPTURE_ID, artifactId: EXAMPLE_ARTIFACT_ID }, status: 404 }],
      async handle(call) {
        const { id, artifactId } = call.params;
        const { data, contentType } = await review.artifact(callerOf(call), checkCaptureId(id), artifactId);
        return download(contentType, checkCaptureId(id), data);
      },
    }),
  ];
}
