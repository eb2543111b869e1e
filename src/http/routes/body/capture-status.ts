import { z } from 'zod';
import { captureDetails, captureHistory, captureResult } from '../../../captures/capture-result.ts';
import {
  ADJUSTMENT_SOURCES,
  BODY_CAPTURE_STATUSES,
  bodyResultSchema,
} from '../../../protocol/body-captures.ts';
import { BODY_VIEWS, bodyMeasurementSchema, bodyMetricsSchema } from '../../../protocol/body-measurement.ts';
import { type Endpoint, endpoint } from '../../endpoint.ts';
import { detailedErrors } from '../../errors/detailed-errors.ts';
import { jsonReply } from '../../route.ts';
import { callerOf } from './account-shapes.ts';
import {
  adjustmentShape,
  captureParams,
  checkCaptureId,
  EXAMPLE_CAPTURE_ID,
  NO_STORE,
  RESULT_EXAMPLE,
} from './capture-shapes.ts';
import type { CapturesDeps } from './captures-deps.ts';

const statusSchema = z.object({
  capture_id: z.string(),
  status: z.enum(BODY_CAPTURE_STATUSES),
  queue_position: z.number().int().positive().nullable().describe('From 1; null for what does not wait'),
  progress: z.number().min(0).max(1),
  views: z.partialRecord(z.enum(BODY_VIEWS), z.boolean()).describe('Whether each expected picture is there'),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

const { shape: measurement } = bodyMeasurementSchema;
const detailsSchema = z.object({
  original_metrics: bodyMetricsSchema,
  original_confidence: z.number(),
  intervals_cm: bodyMetricsSchema.describe('Nine of ten people are within the original metric ± this'),
  confidences: bodyMetricsSchema.describe('0..1 by metric'),
  scale: z.object({ source: measurement.scale.shape.source, relative_sd: z.number() }),
  flags: measurement.flags,
  lines: measurement.lines,
  stages: z.array(z.object({ stage: z.string(), confidence: z.number(), duration_ms: z.number() })),
  model_versions: measurement.models,
  edited_by: z.enum(ADJUSTMENT_SOURCES).nullable(),
  latest_adjustment: adjustmentShape.nullable(),
});

const historySchema = z.object({
  capture_id: z.string(),
  original: z.object({
    metrics: bodyMetricsSchema,
    overall_confidence: z.number(),
    measured_at: z.iso.datetime(),
  }),
  adjustments: z.array(adjustmentShape).describe('In the order in which they took effect'),
  current: z.object({ metrics: bodyMetricsSchema, overall_confidence: z.number() }),
});

/** Status, results and history of a capture; of others' for admins and labelers, and of customers' for their partner. */
export function captureStatusRoutes({ captures, accountAccess }: CapturesDeps): Endpoint[] {
  const common = {
    tag: 'body captures',
    params: captureParams,
    errors: detailedErrors,
    access: accountAccess(),
  };
  return [
    endpoint({
      ...common,
      method: 'GET',
      path: '/api/v1/capture/:id/status',
      summary: 'How a capture stands',
      responses: {
        200: {
          description: 'The status',
          schema: statusSchema,
          example: {
            capture_id: EXAMPLE_CAPTURE_ID,
            status: 'queued',
            queue_position: 3,
            progress: 0,
            views: { front: true, side: true },
          },
        },
      },
      errorStatuses: [401, 404],
      examples: [{ params: { id: EXAMPLE_CAPTURE_ID }, status: 404 }],
      async handle(call) {
        const { captureId, status, queuePosition, progress, views, error } = await captures.progress(
          callerOf(call),
          checkCaptureId(call.params.id),
        );
        return jsonReply(
          200,
          {
            capture_id: captureId,
            status,
            queue_position: queuePosition,
            progress,
            views,
            ...(error !== null && { error }),
          },
          NO_STORE,
        );
      },
    }),
    endpoint({
      ...common,
      method: 'GET',
      path: '/api/v1/capture/:id/results',
      summary: 'What a capture has measured, with the edits of it',
      description:
        'While an edit waits for somebody to decide, `overall_confidence` is lower by 1/18 of the original’s for each measure that it changes.',
      query: z.object({
        include: z.enum(['details']).optional().describe('`details`: how the numbers came about'),
      }),
      responses: {
        200: {
          description: 'The result',
          schema: bodyResultSchema.extend({ details: detailsSchema.optional() }),
          example: RESULT_EXAMPLE,
        },
      },
      errorStatuses: [401, 404, 409, 422],
      examples: [{ params: { id: EXAMPLE_CAPTURE_ID }, query: { include: 'details' }, status: 404 }],
      async handle(call) {
        const capture = await captures.read(callerOf(call), checkCaptureId(call.params.id), 'result-read');
        const result = captureResult(capture);
        return jsonReply(
          200,
          call.query.include === 'details' ? { ...result, details: captureDetails(capture) } : result,
          NO_STORE,
        );
      },
    }),
    endpoint({
      ...common,
      method: 'GET',
      path: '/api/v1/capture/:id/metrics/history',
      summary: 'What was measured, and every edit of it',
      responses: { 200: { description: 'The history', schema: historySchema } },
      errorStatuses: [401, 404, 409],
      examples: [{ params: { id: EXAMPLE_CAPTURE_ID }, status: 404 }],
      async handle(call) {
        const capture = await captures.read(callerOf(call), checkCaptureId(call.params.id), 'history-read');
        return jsonReply(200, captureHistory(capture), NO_STORE);
      },
    }),
  ];
}
