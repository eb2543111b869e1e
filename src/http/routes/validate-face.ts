import { z } from 'zod';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { type Access, type Endpoint, endpoint } from '../endpoint.ts';
import { quantumErrors } from '../errors/quantum-errors.ts';
import { imageFormatOf } from '../image-format.ts';
import { booleanParameter, numberParameter } from '../parameters.ts';
import { jsonReply } from '../route.ts';

/** Angles in degrees; see the schema for the others. */
export interface ValidateFaceThresholds {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly rollDeg: number;
  readonly minFaceRatio: number;
  readonly maxFaceRatio: number;
  readonly centerTolerance: number;
  readonly minBrightness: number;
  readonly maxSideLight: number;
}

export interface ValidateFaceDeps {
  readonly access: Access;
  readonly maxUploadBytes: number;
  /**
   * Judges a JPEG or PNG. `landmarks`: x, y of each mesh point, 0..1 of the picture; null without a face.
   * Rejects with image-*, decode-timeout or server-busy (retryable).
   */
  validate(
    image: Uint8Array<ArrayBuffer>,
    thresholds: ValidateFaceThresholds,
  ): Promise<{
    readonly ok: boolean;
    readonly reason?: string;
    readonly diagnosis: object;
    readonly landmarks: readonly (readonly [number, number])[] | null;
  }>;
}

const gateSchema = z.object({
  success: z.boolean(),
  reason: z.string().optional(),
  details: z.record(z.string(), z.number()),
});

const querySchema = z
  .object({
    yaw_deg: numberParameter({ min: 0, max: 90 }).describe('Largest turn to either side, degrees'),
    pitch_deg: numberParameter({ min: 0, max: 90 }).describe('Largest nod up or down, degrees'),
    roll_deg: numberParameter({ min: 0, max: 180 }).describe('Largest tilt to either side, degrees'),
    min_face_ratio: numberParameter({ min: 0, max: 1 }).describe(
      'Least share of the picture that the face fills',
    ),
    max_face_ratio: numberParameter({ min: 0, max: 2 }).describe('Largest share'),
    center_tolerance: numberParameter({ min: 0, max: 1 }).describe(
      'How far the face may be from the middle, in picture widths and heights',
    ),
    min_brightness: numberParameter({ min: 0, max: 255 }).describe(
      'Least light on the face, 0..255, read at the white of the eye: it asks the same of every skin tone',
    ),
    max_side_light: numberParameter({ min: 0, max: 1 }).describe(
      'Share by which the darker half of the face may be darker',
    ),
    include_mesh: booleanParameter().optional().describe('Whether the answer carries the mesh'),
  })
  .refine((query) => query.min_face_ratio <= query.max_face_ratio, {
    path: ['min_face_ratio'],
    message: 'is above max_face_ratio',
  });

const EXAMPLE_QUERY = {
  yaw_deg: '10',
  pitch_deg: '15',
  roll_deg: '10',
  min_face_ratio: '0.3',
  max_face_ratio: '0.9',
  center_tolerance: '0.15',
  min_brightness: '60',
  max_side_light: '0.4',
};

/** `POST /v1/validate/face`: is this face fit to be analysed? */
export function validateFaceRoutes(deps: ValidateFaceDeps): Endpoint[] {
  return [
    endpoint({
      method: 'POST',
      path: '/v1/validate/face',
      summary: 'Validate pose, size, position and light of a face',
      description:
        'The picture is looked at within 512 × 512 px. A picture without a face is an answer too: `ok` is false and the reason NO_FACE_DETECTED.',
      tag: 'face validation',
      query: querySchema,
      body: {
        type: 'form',
        files: { file: { description: 'JPEG or PNG', maxBytes: deps.maxUploadBytes, required: true } },
        fields: z.object({}),
        maxFieldBytes: 0,
      },
      responses: {
        200: {
          description: 'The verdict',
          schema: z.object({
            ok: z.boolean(),
            reason: z.string().optional(),
            diagnosis: z.object({
              pose: gateSchema.optional(),
              faceRatio: gateSchema.optional(),
              centering: gateSchema.optional(),
              lighting: gateSchema.optional(),
              sideLighting: gateSchema.optional(),
            }),
            mesh: z.object({ landmarks: z.array(z.object({ x: z.number(), y: z.number() })) }).optional(),
            requestId: z.string(),
            analysisSessionId: z.string().optional(),
          }),
          example: {
            ok: false,
            reason: 'YAW_OUT_OF_RANGE',
            diagnosis: {
              pose: {
                success: false,
                reason: 'YAW_OUT_OF_RANGE',
                details: { yawDeg: 21, pitchDeg: 2, rollDeg: 1 },
              },
              faceRatio: { success: true, details: { faceRatio: 0.52 } },
            },
            requestId: '6f1f0b52-3f0e-4f0c-8a5e-7d9a2f7f1c11',
          },
        },
      },
      errors: quantumErrors,
      errorStatuses: [400, 401, 403, 408, 500],
      access: deps.access,
      examples: [{ query: EXAMPLE_QUERY, files: { file: 'a face' }, status: 200 }],
      async handle({ query, files, correlation }) {
        const { data } = files.file![0]!;
        if (!['jpeg', 'png'].includes(imageFormatOf(data) ?? '')) {
          throw new FramegateError('image-unsupported', 'the file is not a JPEG or PNG image');
        }
        const { ok, reason, diagnosis, landmarks } = await deps.validate(data, {
          yawDeg: query.yaw_deg,
          pitchDeg: query.pitch_deg,
          rollDeg: query.roll_deg,
          minFaceRatio: query.min_face_ratio,
          maxFaceRatio: query.max_face_ratio,
          centerTolerance: query.center_tolerance,
          minBrightness: query.min_brightness,
          maxSideLight: query.max_side_light,
        });
        const mesh =
          query.include_mesh === true && landmarks !== null
            ? { landmarks: landmarks.map(([x, y]) => ({ x, y })) }
            : undefined;
        return jsonReply(200, {
          ok,
          ...(reason !== undefined && { reason }),
          diagnosis,
          ...(mesh !== undefined && { mesh }),
          requestId: correlation.requestId,
          ...(correlation.analysisSessionId !== null && { analysisSessionId: correlation.analysisSessionId }),
        });
      },
    }),
  ];
}
