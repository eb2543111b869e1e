import { z } from 'zod';
import type { Caller } from '../../../protocol/accounts.ts';
import { BODY_CAPTURE_STATUSES } from '../../../protocol/body-captures.ts';
import { BODY_VIEWS } from '../../../protocol/body-measurement.ts';
import { createLimitedAccess } from '../../access/limited-access.ts';
import { type Call, type Endpoint, endpoint } from '../../endpoint.ts';
import { detailedErrors } from '../../errors/detailed-errors.ts';
import { booleanParameter } from '../../parameters.ts';
import { type HttpReply, jsonReply } from '../../route.ts';
import { callerOf } from './account-shapes.ts';
import { EXAMPLE_CAPTURE_ID, MAX_CAPTURE_BODY_BYTES, METRICS_EXAMPLE, NO_STORE } from './capture-shapes.ts';
import type { CapturesDeps } from './captures-deps.ts';
import {
  type CaptureRequest,
  givenOf,
  isLive,
  isMetrics,
  jsonCaptureSchema,
  type LiveRequest,
  type MetricsRequest,
  named,
  type PictureFields,
  pictureFieldsSchema,
  statedOf,
} from './submit-capture-body.ts';

const MAX_FIELD_BYTES = 4 * 1024;

const VIEW_DESCRIPTIONS = {
  front: 'The whole body from the front; needed',
  side: 'The whole body from the side; needed',
  portrait: 'Face and neck, for the colour of the skin',
  ref: 'The reference card alone',
} as const;

const begunSchema = z.object({
  capture_id: z.string(),
  status: z.enum(BODY_CAPTURE_STATUSES),
  ticket: z.string().optional().describe('Of a live session: shown by it to add views; told this once'),
});

const query = z.object({
  store_images: booleanParameter()
    .optional()
    .describe(
      'Whether the pictures may be kept, as FRAMEGATE_RAW_RETENTION says; the account has to allow it',
    ),
});
type Query = z.infer<typeof query>;

/** What the three ways have in common. */
interface Asked<Body> {
  readonly caller: Caller;
  readonly body: Body;
  readonly storeImages: boolean;
  readonly idempotencyKey: string | null;
}

/** `POST /api/v1/capture`. */
export function submitCaptureRoutes({
  captures,
  accountAccess,
  takeCapture,
  maxUploadBytes,
  pictureFormat,
}: CapturesDeps): Endpoint[] {
  const files = Object.fromEntries(
    BODY_VIEWS.map((view) => [
      view,
      // Which of them are missing is told by name, all at once.
      {
        description: `${VIEW_DESCRIPTIONS[view]}. JPEG, PNG or WebP`,
        maxBytes: maxUploadBytes,
        required: false,
      },
    ]),
  );

  async function upload(
    { body, ...asked }: Asked<PictureFields>,
    call: Call<unknown, Query, CaptureRequest>,
  ): Promise<HttpReply> {
    const pictures = BODY_VIEWS.flatMap((view) => {
      const data = call.files[view]?.[0]?.data;
      if (data === undefined) return [];
      const { format } = named(view, () => pictureFormat(data));
      return [{ view, contentType: `image/${format}`, data }];
    });
    const { captureId, status } = await captures.upload(asked.caller, {
      ...asked,
      pictures,
      stated: statedOf(body),
      source: body.source ?? 'web',
      webhookUrl: body.webhook_url ?? null,
      correlation: call.correlation,
    });
    return jsonReply(202, { capture_id: captureId, status });
  }

  async function take({ body, ...asked }: Asked<MetricsRequest>): Promise<HttpReply> {
    const { captureId, status } = await captures.submitMetrics(asked.caller, {
      ...asked,
      measurement: givenOf(body),
      stated: statedOf(body.capture_meta ?? {}),
      source: body.capture_meta?.source ?? 'web',
    });
    return jsonReply(201, { capture_id: captureId, status }, NO_STORE);
  }

  async function openLive({ body, caller, storeImages }: Asked<LiveRequest>): Promise<HttpReply> {
    const { capture, ticket } = await captures.openLive(caller, {
      views: body.views,
      stated: statedOf(body),
      storeImages,
    });
    return jsonReply(201, { capture_id: capture.captureId, status: capture.status, ticket }, NO_STORE);
  }

  return [
    endpoint<unknown, Query, CaptureRequest>({
      method: 'POST',
      path: '/api/v1/capture',
      summary: 'Begin a body capture: with pictures, with measures, or for a live session',
      description:
        'A form with pictures is measured by a worker. JSON with `metrics` keeps what a client has measured by itself, without a picture; such a capture is done at once, with a confidence of at most 0.8. JSON with `live: true` gives a ticket with which a live session adds the views. The same Idempotency-Key gives the same capture within a day, except for live sessions.',
      tag: 'body captures',
      query,
      body: {
        type: 'either',
        json: { type: 'json', schema: jsonCaptureSchema, maxBytes: MAX_CAPTURE_BODY_BYTES },
        form: { type: 'form', files, fields: pictureFieldsSchema, maxFieldBytes: MAX_FIELD_BYTES },
      },
      responses: {
        201: {
          description: 'Measures are kept, or a live session may begin',
          schema: begunSchema,
          example: { capture_id: EXAMPLE_CAPTURE_ID, status: 'done' },
        },
        202: {
          description: 'The pictures wait for a worker',
          schema: begunSchema.omit({ ticket: true }),
          example: { capture_id: EXAMPLE_CAPTURE_ID, status: 'queued' },
        },
      },
      errors: detailedErrors,
      errorStatuses: [401, 403, 408, 409, 413, 415, 422, 429],
      access: createLimitedAccess({ access: accountAccess(), take: takeCapture }),
      examples: [
        {
          json: {
            metrics: METRICS_EXAMPLE,
            capture_meta: { source: 'web', height_cm: 172 },
            quality: { lighting_ok: true, card_detected: true, overall_confidence: 0.78 },
          },
          status: 201,
        },
        { json: { live: true, views: ['front', 'side'], height_cm: 172, sex: 'female' }, status: 201 },
        {
          query: { store_images: 'false' },
          files: { front: 'from the front', side: 'from the side' },
          fields: { height_cm: '172', sex: 'female', source: 'web' },
          status: 202,
        },
      ],
      async handle(call) {
        const { body, headers } = call;
        const asked = {
          caller: callerOf(call),
          storeImages: call.query.store_images ?? false,
          idempotencyKey: headers['idempotency-key'] === '' ? null : headers['idempotency-key'],
        };
        if (isLive(body)) return openLive({ ...asked, body });
        if (isMetrics(body)) return take({ ...asked, body });
        return upload({ ...asked, body }, call);
      },
    }),
  ];
}
