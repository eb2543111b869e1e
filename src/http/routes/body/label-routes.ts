import { z } from 'zod';
import { metricValues } from '../../../captures/metric-values.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import { type Endpoint, endpoint } from '../../endpoint.ts';
import { detailedErrors } from '../../errors/detailed-errors.ts';
import { jsonReply } from '../../route.ts';
import { callerOf } from './account-shapes.ts';
import {
  captureParams,
  checkCaptureId,
  EXAMPLE_CAPTURE_ID,
  MAX_CAPTURE_BODY_BYTES,
  measuresField,
  NO_STORE,
} from './capture-shapes.ts';
import type { PortalDeps } from './portal-deps.ts';
import { labelBody, labelShape, reviewSummary, reviewSummaryShape } from './review-shapes.ts';

const EXAMPLE_LABEL_ID = '2b3c4d5e-6f70-4a8b-9c0d-1e2f3a4b5c6d';
const labelParams = z.object({ capture_id: z.string().max(128) });

/** Ground truth for training, and which captures it is taken from. */
export function labelRoutes({
  labels,
  review,
  accountAccess,
}: Pick<PortalDeps, 'labels' | 'review' | 'accountAccess'>): Endpoint[] {
  const common = {
    method: 'POST' as const,
    tag: 'admin',
    errors: detailedErrors,
    errorStatuses: [401, 403, 404, 408, 413, 415, 422],
    access: accountAccess(['labeler', 'admin']),
  };
  return [
    endpoint({
      ...common,
      path: '/api/v1/admin/label/:capture_id',
      summary: 'Add measures that somebody has taken by hand',
      description:
        'A label counts when another admin or labeler has approved it: `approved: true` is refused here with own-approval. A capture takes at most 100 labels.',
      params: labelParams,
      body: {
        type: 'json',
        schema: z.strictObject({
          measurements: measuresField.refine((given) => Object.keys(given).length > 0, 'has no measure'),
          notes: z.string().trim().max(500).optional(),
          approved: z.boolean().optional(),
        }),
        maxBytes: MAX_CAPTURE_BODY_BYTES,
      },
      responses: { 201: { description: 'The label', schema: labelShape } },
      examples: [
        {
          params: { capture_id: EXAMPLE_CAPTURE_ID },
          json: { measurements: { waist_cm: 75.5 }, notes: 'Tape, twice' },
          status: 404,
        },
      ],
      async handle(call) {
        const { measurements, notes = '', approved = false } = call.body;
        const caller = callerOf(call);
        const captureId = checkCaptureId(call.params.capture_id);
        const given = { measurements: metricValues(measurements), notes, approved: false };
        if (approved) throw new FramegateError('own-approval', 'nobody approves a label of their own');
        return jsonReply(201, labelBody(await labels.label(caller, captureId, given)), NO_STORE);
      },
    }),
    endpoint({
      ...common,
      path: '/api/v1/admin/label/:capture_id/approve',
      summary: 'Approve somebody else’s label, or take that back',
      params: labelParams,
      body: {
        type: 'json',
        schema: z.strictObject({ label_id: z.string().max(64), approve: z.boolean() }),
        maxBytes: MAX_CAPTURE_BODY_BYTES,
      },
      responses: { 200: { description: 'The label', schema: labelShape } },
      examples: [
        {
          params: { capture_id: EXAMPLE_CAPTURE_ID },
          json: { label_id: EXAMPLE_LABEL_ID, approve: true },
          status: 404,
        },
      ],
      async handle(call) {
        const { label_id, approve } = call.body;
        const captureId = checkCaptureId(call.params.capture_id);
        const label = await review.decideLabel(callerOf(call), captureId, label_id, approve);
        return jsonReply(200, labelBody(label), NO_STORE);
      },
    }),
    endpoint({
      ...common,
      path: '/api/v1/admin/captures/:id/training',
      summary: 'Mark a capture for the training export, or take the mark away',
      description: 'Refused with consent-missing where its owner does not allow training now.',
      params: captureParams,
      body: {
        type: 'json',
        schema: z.strictObject({ marked: z.boolean() }),
        maxBytes: MAX_CAPTURE_BODY_BYTES,
      },
      responses: { 200: { description: 'The capture', schema: reviewSummaryShape } },
      access: accountAccess(['admin']),
      examples: [{ params: { id: EXAMPLE_CAPTURE_ID }, json: { marked: true }, status: 404 }],
      async handle(call) {
        const captureId = checkCaptureId(call.params.id);
        const capture = await labels.markForTraining(callerOf(call), captureId, call.body.marked);
        return jsonReply(200, reviewSummary(capture), NO_STORE);
      },
    }),
  ];
}
