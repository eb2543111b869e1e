import { z } from 'zod';
import { captureResult } from '../../../captures/capture-result.ts';
import { metricValues } from '../../../captures/metric-values.ts';
import {
  ADJUSTMENT_SOURCES,
  BODY_CAPTURE_STATUSES,
  bodyResultSchema,
} from '../../../protocol/body-captures.ts';
import { keypointCorrectionSchema } from '../../../protocol/body-measurement.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import { type Endpoint, endpoint } from '../../endpoint.ts';
import { detailedErrors } from '../../errors/detailed-errors.ts';
import { jsonReply } from '../../route.ts';
import { callerOf, EXAMPLE_USER_ID } from './account-shapes.ts';
import {
  captureParams,
  checkCaptureId,
  EXAMPLE_ADJUSTMENT_ID,
  EXAMPLE_CAPTURE_ID,
  MAX_CAPTURE_BODY_BYTES,
  measuresField,
  NO_STORE,
  notesField,
  RESULT_EXAMPLE,
} from './capture-shapes.ts';
import type { CapturesDeps } from './captures-deps.ts';

/** All of two pictures. */
const MAX_KEYPOINTS = 66;

const adjustedSchema = bodyResultSchema.extend({
  adjustment_id: z.string(),
  status: z.enum(BODY_CAPTURE_STATUSES),
});

/** Edits of numbers, corrections of key points, and the decision on them. */
export function adjustCaptureRoutes({ captures, accountAccess }: CapturesDeps): Endpoint[] {
  const common = { tag: 'body captures', params: captureParams, errors: detailedErrors };
  return [
    endpoint({
      ...common,
      method: 'PATCH',
      path: '/api/v1/capture/:id/metrics',
      summary: 'Edit measures',
      description:
        'The original stays as it was measured; the edit is current at once, and the confidence lower until somebody approves it. `source` is the caller’s role: `user`, `tailor` for a partner, `admin`. A capture takes at most 100 edits.',
      body: {
        type: 'json',
        schema: z.strictObject({
          adjusted_metrics: measuresField.refine((given) => Object.keys(given).length > 0, 'has no measure'),
          notes: notesField,
          source: z.enum(ADJUSTMENT_SOURCES).optional(),
        }),
        maxBytes: MAX_CAPTURE_BODY_BYTES,
      },
      responses: {
        200: {
          description: 'The result with the edit',
          schema: adjustedSchema,
          example: { ...RESULT_EXAMPLE, adjustment_id: EXAMPLE_ADJUSTMENT_ID, status: 'edited' },
        },
      },
      errorStatuses: [401, 403, 404, 408, 409, 413, 415, 422],
      access: accountAccess(),
      examples: [
        {
          params: { id: EXAMPLE_CAPTURE_ID },
          json: { adjusted_metrics: { waist_cm: 76 }, notes: 'Measured with tape at home', source: 'user' },
          status: 404,
        },
      ],
      async handle(call) {
        const { adjusted_metrics, notes, source } = call.body;
        const capture = await captures.edit(callerOf(call), checkCaptureId(call.params.id), {
          adjusted: metricValues(adjusted_metrics),
          notes,
          source,
        });
        return jsonReply(
          200,
          {
            ...captureResult(capture),
            adjustment_id: capture.metrics?.latestAdjustmentId,
            status: capture.status,
          },
          NO_STORE,
        );
      },
    }),
    endpoint({
      ...common,
      method: 'POST',
      path: '/api/v1/capture/:id/manual-adjust',
      summary: 'Correct key points and have the capture measured again',
      description:
        'The capture keeps its results meanwhile. What the correction moves becomes an edit like any other, to be approved; one that moves nothing, or fails, is closed.',
      body: {
        type: 'json',
        schema: z.strictObject({
          keypoints: z
            .array(keypointCorrectionSchema)
            .min(1)
            .max(MAX_KEYPOINTS)
            .describe(
              'In pixels of their picture: `{"view": "front", "point": "leftHip", "x": 310, "y": 820}`',
            ),
          notes: notesField,
        }),
        maxBytes: MAX_CAPTURE_BODY_BYTES,
      },
      responses: {
        202: {
          description: 'It waits for a worker',
          schema: z.object({ adjustment_id: z.string(), status: z.literal('queued') }),
          example: { adjustment_id: EXAMPLE_ADJUSTMENT_ID, status: 'queued' },
        },
      },
      errorStatuses: [401, 403, 404, 408, 409, 413, 415, 422],
      access: accountAccess(),
      examples: [
        {
          params: { id: EXAMPLE_CAPTURE_ID },
          json: {
            keypoints: [{ view: 'front', point: 'leftHip', x: 310.5, y: 820 }],
            notes: 'The hip was taken for the hem',
          },
          status: 404,
        },
      ],
      async handle(call) {
        const { keypoints, notes } = call.body;
        refuseDoubled(keypoints);
        const adjustmentId = await captures.correct(callerOf(call), checkCaptureId(call.params.id), {
          keypoints,
          notes,
          correlation: call.correlation,
        });
        return jsonReply(202, { adjustment_id: adjustmentId, status: 'queued' });
      },
    }),
    endpoint({
      ...common,
      method: 'POST',
      path: '/api/v1/capture/:id/adjustments/approve',
      summary: 'Approve an edit, or refuse it',
      description:
        'For admins, and for partners of their own customers’ captures. `approve: false` brings back the measures before the edit. An approved edit goes to training only where the owner of the capture allows that now.',
      body: {
        type: 'json',
        schema: z.strictObject({
          adjustment_id: z.string().max(64),
          approver_id: z.string().max(64).describe('The account that calls'),
          approve: z.boolean(),
        }),
        maxBytes: MAX_CAPTURE_BODY_BYTES,
      },
      responses: {
        200: {
          description: 'The result afterwards',
          schema: adjustedSchema.extend({
            approved: z.boolean(),
            approved_by: z.string(),
            approved_at: z.iso.datetime(),
            promoted: z.boolean().describe('Whether it went to the training export'),
          }),
        },
      },
      errorStatuses: [401, 403, 404, 408, 409, 413, 415, 422],
      access: accountAccess(['admin', 'partner']),
      examples: [
        {
          params: { id: EXAMPLE_CAPTURE_ID },
          json: { adjustment_id: EXAMPLE_ADJUSTMENT_ID, approver_id: EXAMPLE_USER_ID, approve: true },
          status: 404,
        },
      ],
      async handle(call) {
        const { adjustment_id: adjustmentId, approver_id: approverId, approve } = call.body;
        const capture = await captures.decide(callerOf(call), checkCaptureId(call.params.id), {
          adjustmentId,
          approverId,
          approve,
        });
        const decided = capture.adjustments.find((one) => one.adjustmentId === adjustmentId);
        return jsonReply(
          200,
          {
            ...captureResult(capture),
            adjustment_id: adjustmentId,
            status: capture.status,
            approved: approve,
            approved_by: approverId,
            approved_at: new Date(decided?.approvedAtMs ?? capture.updatedAtMs).toISOString(),
            promoted: decided?.promoted ?? false,
          },
          NO_STORE,
        );
      },
    }),
  ];
}

/** Throws request-invalid: which of two places counts is nobody's guess. */
function refuseDoubled(keypoints: readonly { readonly view: string; readonly point: string }[]): void {
  const names = keypoints.map(({ view, point }) => `${view}.${point}`);
  const doubled = names.find((name, index) => names.indexOf(name) !== index);
  if (doubled !== undefined) throw new FramegateError('request-invalid', `${doubled} is there twice`);
}
