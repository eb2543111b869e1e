/** The three ways to begin a capture: pictures in a form; measures in JSON; a live session, which sends views by itself. */
import { z } from 'zod';
import type { GivenMeasurement } from '../../../captures/given-measurement.ts';
import { metricValues } from '../../../captures/metric-values.ts';
import {
  BODY_METRIC_RANGES,
  BODY_VIEWS,
  bodyQualitySchema,
  bodyShapeSchema,
  bodySkinSchema,
  SEXES,
  type Stated,
  statedSchema,
} from '../../../protocol/body-measurement.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import { numberParameter } from '../../parameters.ts';

const MAX_PALETTE = 32;
const MAX_MODELS = 16;
const shortText = z.string().min(1).max(128);

const sourceField = z.enum(['web', 'mobile']).optional().describe('Where the capture was made; default web');
const sexField = z.enum(SEXES).optional().describe('Makes circumferences more exact');
const heightField = statedSchema.shape.heightCm
  .unwrap()
  .optional()
  .describe('Height as the person states it, centimetres');

export const pictureFieldsSchema = z.object({
  height_cm: numberParameter(BODY_METRIC_RANGES.height_cm)
    .optional()
    .describe('Height as the person states it, centimetres: the scale where no card is seen'),
  sex: sexField,
  source: sourceField,
  webhook_url: z
    .string()
    .max(2048)
    .optional()
    .describe('Told by a signed webhook when the capture is measured'),
});

const liveSchema = z.object({
  live: z.literal(true),
  views: z.array(z.enum(BODY_VIEWS)).min(1).max(BODY_VIEWS.length).describe('Those that will come'),
  height_cm: heightField,
  sex: sexField,
});

const metricsSchema = z.object({
  live: z.literal(false).optional(),
  metrics: z
    .record(z.string().max(64), z.number().nullable())
    .refine((metrics) => Object.values(metrics).some((value) => value !== null), 'has no measure')
    .describe('Centimetres by measure, as the client has measured them'),
  capture_meta: z
    .object({
      source: sourceField,
      height_cm: heightField,
      sex: sexField,
      models: z
        .array(z.object({ name: shortText, version: shortText, sha256: z.string().max(64).default('') }))
        .max(MAX_MODELS)
        .optional()
        .describe('What it was measured with'),
    })
    .optional(),
  skin: bodySkinSchema
    .extend({
      palette: z
        .array(bodySkinSchema.shape.palette.element.extend({ reason: z.string().max(200) }))
        .max(MAX_PALETTE),
    })
    .optional(),
  shape: bodyShapeSchema.optional(),
  quality: bodyQualitySchema.partial().optional(),
});

export const jsonCaptureSchema = z.discriminatedUnion('live', [liveSchema, metricsSchema]);

export type PictureFields = z.infer<typeof pictureFieldsSchema>;
export type LiveRequest = z.infer<typeof liveSchema>;
export type MetricsRequest = z.infer<typeof metricsSchema>;
export type CaptureRequest = PictureFields | LiveRequest | MetricsRequest;

export function isLive(body: CaptureRequest): body is LiveRequest {
  return 'live' in body && body.live === true;
}

export function isMetrics(body: CaptureRequest): body is MetricsRequest {
  return 'metrics' in body;
}

export function statedOf(given: Pick<LiveRequest, 'height_cm' | 'sex'>): Stated {
  return { heightCm: given.height_cm ?? null, sex: given.sex ?? null };
}

/** Throws request-invalid or body-measure-implausible. */
export function givenOf({
  metrics,
  skin,
  shape,
  quality = {},
  capture_meta = {},
}: MetricsRequest): GivenMeasurement {
  return {
    metrics: metricValues(metrics),
    skin: skin ?? null,
    shape: shape ?? null,
    lightingOk: quality.lighting_ok ?? false,
    cardDetected: quality.card_detected ?? false,
    overallConfidence: quality.overall_confidence ?? null,
    models: capture_meta.models ?? [],
  };
}

/** Says of which picture an image-* error is. */
export function named<T>(view: string, look: () => T): T {
  try {
    return look();
  } catch (thrown) {
    if (!(thrown instanceof FramegateError)) throw thrown;
    const { code, retryable } = thrown;
    throw new FramegateError(code, `${view}: ${thrown.message}`, {
      retryable,
      details: { views: [view] },
      cause: thrown,
    });
  }
}
