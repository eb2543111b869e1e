import { z } from 'zod';
import { keypointCorrectionSchema } from '../../../protocol/body-measurement.ts';
import { type Endpoint, endpoint } from '../../endpoint.ts';
import { detailedErrors } from '../../errors/detailed-errors.ts';
import { jsonReply } from '../../route.ts';
import { callerOf } from './account-shapes.ts';
import { captureParams, checkCaptureId, EXAMPLE_CAPTURE_ID, NO_STORE } from './capture-shapes.ts';
import type { CapturesDeps } from './captures-deps.ts';

/** Where the key points of a body were seen, for whoever wants to put them right. */
export function captureKeypointsRoutes({
  captures,
  accountAccess,
}: Pick<CapturesDeps, 'captures' | 'accountAccess'>): Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/capture/:id/keypoints',
      summary: 'Where the key points of a body were seen',
      description:
        'In pixels of the picture of their view, as they were found; corrections stand in the history. None for a capture without pictures.',
      tag: 'body captures',
      params: captureParams,
      errors: detailedErrors,
      access: accountAccess(),
      responses: {
        200: {
          description: 'The key points of front and side',
          schema: z.object({ keypoints: z.array(keypointCorrectionSchema) }),
          example: { keypoints: [{ view: 'front', point: 'leftHip', x: 310.5, y: 820 }] },
        },
      },
      errorStatuses: [401, 404],
      examples: [{ params: { id: EXAMPLE_CAPTURE_ID }, status: 404 }],
      async handle(call) {
        const keypoints = await captures.keypoints(callerOf(call), checkCaptureId(call.params.id));
        return jsonReply(200, { keypoints }, NO_STORE);
      },
    }),
  ];
}
