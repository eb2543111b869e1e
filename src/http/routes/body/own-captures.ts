import { z } from 'zod';
import { BODY_CAPTURE_STATUSES, type BodyCapture, CAPTURE_SOURCES } from '../../../protocol/body-captures.ts';
import { BODY_VIEWS } from '../../../protocol/body-measurement.ts';
import { type Endpoint, endpoint } from '../../endpoint.ts';
import { detailedErrors } from '../../errors/detailed-errors.ts';
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
import type { CapturesDeps } from './captures-deps.ts';
import { noContent } from './no-content.ts';

const summarySchema = z.object({
  capture_id: z.string(),
  status: z.enum(BODY_CAPTURE_STATUSES),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  source: z.enum(CAPTURE_SOURCES),
  views: z.array(z.enum(BODY_VIEWS)),
  overall_confidence: z.number().nullable(),
});

/** The caller's own captures, page by page, and the removal of one. */
export function ownCapturesRoutes({ captures, accountAccess }: CapturesDeps): Endpoint[] {
  const common = { tag: 'body captures', errors: detailedErrors, access: accountAccess() };
  return [
    endpoint({
      ...common,
      method: 'GET',
      path: '/api/v1/capture',
      summary: 'One’s own captures, newest first',
      query: pageQuery,
      responses: {
        200: {
          description: 'A page; `next_before` is null where there are no more',
          schema: z.object({
            captures: z.array(summarySchema),
            next_before: z.number().int().nullable().describe('Milliseconds since 1970'),
          }),
        },
      },
      errorStatuses: [401, 422],
      examples: [{ query: { limit: '20' }, status: 200 }],
      async handle(call) {
        const { limit = DEFAULT_PAGE, before } = call.query;
        const page = await captures.own(callerOf(call), {
          limit,
          ...(before !== undefined && { beforeMs: before }),
        });
        const last = page.length < limit ? undefined : page.at(-1);
        return jsonReply(
          200,
          { captures: page.map(summaryOf), next_before: last?.createdAtMs ?? null },
          NO_STORE,
        );
      },
    }),
    endpoint({
      ...common,
      method: 'DELETE',
      path: '/api/v1/capture/:id',
      summary: 'Remove a capture with its pictures, its results and its history',
      params: captureParams,
      responses: { 204: { description: 'It is gone' } },
      errorStatuses: [401, 403, 404],
      examples: [{ params: { id: EXAMPLE_CAPTURE_ID }, status: 404 }],
      async handle(call) {
        await captures.remove(callerOf(call), checkCaptureId(call.params.id));
        return noContent();
      },
    }),
  ];
}

function summaryOf(capture: BodyCapture): z.infer<typeof summarySchema> {
  const { captureId, status, createdAtMs, updatedAtMs, source, views, metrics } = capture;
  return {
    capture_id: captureId,
    status,
    created_at: new Date(createdAtMs).toISOString(),
    updated_at: new Date(updatedAtMs).toISOString(),
    source,
    views,
    overall_confidence: metrics?.overallConfidence ?? null,
  };
}
