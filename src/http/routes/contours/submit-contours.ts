import { z } from 'zod';
import {
  CONTOUR_STYLES,
  type ContourDoneStatus,
  type ContourJobParams,
  contourLandmarkSchema,
  contourOptionsSchema,
  MAX_CONTOUR_LANDMARKS,
} from '../../../protocol/contour-options.ts';
import type { Correlation } from '../../../protocol/jobs.ts';
import { type Endpoint, endpoint } from '../../endpoint.ts';
import { booleanParameter, jsonField } from '../../parameters.ts';
import { jsonReply, type RequestHeaders } from '../../route.ts';
import { contourErrors } from './contour-errors.ts';
import { CONTOUR_EXAMPLE } from './contour-example.ts';
import { base64Bytes, checkLandmarks, checkMap, invalid, type Landmark, named } from './contour-input.ts';
import type { ContoursDeps } from './contours-deps.ts';

/** Beside the two pictures in base64. */
const JSON_OVERHEAD_BYTES = 256 * 1024;
const MAX_FIELD_BYTES = 128 * 1024;
const ERROR_STATUSES = [401, 404, 408, 413, 415, 422];

const landmarksSchema = z
  .array(contourLandmarkSchema)
  .min(2)
  .max(MAX_CONTOUR_LANDMARKS)
  .describe(
    'Pixels of the picture as a viewer shows it; the line of the first two is made level, see alignFace',
  );

const acceptedSchema = z.object({ id: z.string(), status: z.literal('pending') });
const webhookUrl = z
  .string()
  .max(2048)
  .optional()
  .describe('Told by a signed webhook when the job has ended');

const optionFields = {
  style: z.enum(CONTOUR_STYLES).optional().describe('Dashed lines (the default), or filled areas'),
  title: contourOptionsSchema.shape.title,
  labels: jsonField(contourOptionsSchema.shape.labels.unwrap())
    .optional()
    .describe('JSON, see the JSON form'),
  loadtest_mode: booleanParameter().optional().describe('Without FRAMEGATE_CONTOUR_DELAY_MS'),
  webhook_url: webhookUrl,
};

interface Submission {
  readonly image: Uint8Array<ArrayBuffer>;
  readonly map: Uint8Array<ArrayBuffer> | null;
  readonly landmarks: readonly Landmark[] | null;
  readonly options: ContourJobParams['options'];
  readonly loadtestMode: boolean | undefined;
  readonly webhookUrl: string | undefined;
}

interface Caller {
  readonly subject: string | null;
  readonly correlation: Correlation;
  readonly headers: RequestHeaders;
}

/** The ways to hand in a picture: JSON with base64, a form with a map, and a form with nothing but the picture. */
export function submitContoursRoutes(deps: ContoursDeps): Endpoint[] {
  const { maxUploadBytes, access } = deps;

  async function submit(given: Submission, { subject, correlation, headers }: Caller) {
    const { image, map, landmarks, options } = given;
    const size = named('image', () => deps.imageSize(image));
    if (landmarks !== null) checkLandmarks(landmarks, size);
    if (map !== null) checkMap(map, size, deps.imageSize);
    const params: ContourJobParams = {
      landmarks: landmarks?.map(({ x, y }) => [x, y]) ?? null,
      options,
      loadtestMode: given.loadtestMode ?? false,
      doneStatus: doneStatusOf(deps.doneStatus, given.loadtestMode),
    };
    const { status } = await deps.desk.submit({
      kind: 'face-contours',
      owner: subject,
      correlation,
      params,
      parts: [
        { name: 'image', contentType: `image/${size.format}`, data: image },
        ...(map === null ? [] : [{ name: 'segmentation-map', contentType: 'image/png', data: map }]),
      ],
      webhookUrl: given.webhookUrl ?? null,
      idempotencyKey: headers['idempotency-key'] === '' ? null : headers['idempotency-key'],
    });
    return jsonReply(200, { id: status.jobId, status: 'pending' });
  }

  const accepted = {
    200: {
      description: 'Accepted; ask for its status until it is through',
      schema: acceptedSchema,
      example: { id: '0b6c1f8e-52f4-4f6f-9a52-6a1b2f2f0a10', status: 'pending' },
    },
  };
  const imageFile = { description: 'JPEG, PNG or WebP', maxBytes: maxUploadBytes, required: true };

  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/frontal/crop/submit',
      summary: 'Contours of a segmentation map’s regions',
      description:
        'Turns the face level by its landmarks, crops to the regions, and draws each region of the map. Grey values, palette indices or colours of the map are the labels; 0 (black) is the background.',
      tag: 'facial contours',
      body: {
        type: 'json',
        maxBytes: 2 * Math.ceil((maxUploadBytes * 4) / 3) + JSON_OVERHEAD_BYTES,
        schema: z.object({
          image: z.string().describe('JPEG, PNG or WebP in base64'),
          landmarks: landmarksSchema,
          segmentation_map: z.string().describe('PNG or lossless WebP of the same size, in base64'),
          loadtest_mode: z.boolean().optional().describe('Without FRAMEGATE_CONTOUR_DELAY_MS'),
          options: contourOptionsSchema.extend({ webhook_url: webhookUrl }).optional(),
        }),
      },
      responses: accepted,
      errors: contourErrors,
      errorStatuses: ERROR_STATUSES,
      access,
      examples: [{ json: CONTOUR_EXAMPLE, status: 200 }],
      async handle({ body, ...caller }) {
        const { webhook_url: hook, ...options } = body.options ?? { webhook_url: undefined };
        return submit(
          {
            image: base64Bytes('image', body.image, maxUploadBytes),
            map: base64Bytes('segmentation_map', body.segmentation_map, maxUploadBytes),
            landmarks: body.landmarks,
            options: contourOptionsSchema.parse(options),
            loadtestMode: body.loadtest_mode,
            webhookUrl: hook,
          },
          caller,
        );
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/frontal/crop/upload',
      summary: 'The same, uploaded as files',
      description:
        'Without a segmentation map the named regions of the face are drawn (see /api/v1/frontal/contours); landmarks then only say how the face is turned.',
      tag: 'facial contours',
      body: {
        type: 'form',
        files: {
          image: imageFile,
          segmentation_map: {
            description: 'PNG or lossless WebP of the same size',
            maxBytes: maxUploadBytes,
            required: false,
          },
        },
        fields: z.object({
          landmarks: jsonField(landmarksSchema).describe('JSON: [{"x": 0, "y": 0}, …]'),
          ...optionFields,
        }),
        maxFieldBytes: MAX_FIELD_BYTES,
      },
      responses: accepted,
      errors: contourErrors,
      errorStatuses: ERROR_STATUSES,
      access,
      examples: [
        {
          files: { image: 'a face' },
          fields: { landmarks: '[{"x": 100, "y": 120}, {"x": 140, "y": 125}]', style: 'filled' },
          status: 200,
        },
      ],
      async handle({ body, files, ...caller }) {
        return submit(
          {
            image: files.image![0]!.data,
            map: files.segmentation_map?.[0]?.data ?? null,
            landmarks: body.landmarks,
            ...fromForm(body),
          },
          caller,
        );
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/frontal/contours',
      summary: 'Contours of a face’s named regions, straight from a photograph',
      description:
        'Face oval, lips, eyes, brows, nose, cheeks and forehead by the face mesh; no map and no landmarks are needed.',
      tag: 'facial contours',
      body: {
        type: 'form',
        files: { image: imageFile },
        fields: z.object(optionFields),
        maxFieldBytes: MAX_FIELD_BYTES,
      },
      responses: accepted,
      errors: contourErrors,
      errorStatuses: ERROR_STATUSES,
      access,
      examples: [{ files: { image: 'a face' }, fields: { style: 'dashed' }, status: 200 }],
      async handle({ body, files, ...caller }) {
        return submit(
          { image: files.image![0]!.data, map: null, landmarks: null, ...fromForm(body) },
          caller,
        );
      },
    }),
  ];
}

function fromForm(fields: {
  readonly style?: ContourJobParams['options']['style'] | undefined;
  readonly title?: string | undefined;
  readonly labels?: Record<string, string> | undefined;
  readonly loadtest_mode?: boolean | undefined;
  readonly webhook_url?: string | undefined;
}): Pick<Submission, 'options' | 'loadtestMode' | 'webhookUrl'> {
  const { style, title, labels } = fields;
  const options = contourOptionsSchema.safeParse({ style, title, labels });
  if (!options.success) throw invalid('labels', 'are not a few short names by label');
  return { options: options.data, loadtestMode: fields.loadtest_mode, webhookUrl: fields.webhook_url };
}

/**
 * Two forms of this interface are published. One's requests have `loadtest_mode`, and its finished jobs are `completed`;
 * the other's have no such field, and its finished jobs are `done`.
 */
function doneStatusOf(
  setting: ContoursDeps['doneStatus'],
  loadtestMode: boolean | undefined,
): ContourDoneStatus {
  if (setting !== 'by-request') return setting;
  return loadtestMode === undefined ? 'done' : 'completed';
}
