/** What a body's pictures say, and what becomes of it. Lengths of results are centimetres, places are pixels of the picture. */
import { z } from 'zod';
import { BODY_METRIC_RANGES, BODY_METRICS, BODY_VIEWS, type BodyMetric, SEXES } from './body-vocabulary.ts';
import { modelIdentitySchema } from './records.ts';

export {
  BODY_METRIC_RANGES,
  BODY_METRICS,
  BODY_VIEWS,
  type BodyMetric,
  type BodyView,
  REQUIRED_BODY_VIEWS,
  SEXES,
  type Sex,
} from './body-vocabulary.ts';

/** Short names that edits and labels may use. */
export const BODY_METRIC_ALIASES: Readonly<Record<string, BodyMetric>> = {
  shoulder_cm: 'shoulder_width_cm',
  chest_cm: 'chest_circumference_cm',
  waist_cm: 'waist_circumference_cm',
  hip_cm: 'hip_circumference_cm',
  torso_cm: 'torso_length_cm',
  neck_cm: 'neck_circumference_cm',
  sleeve_cm: 'sleeve_length_cm',
};

/** What a person states of themselves; null where they did not. */
export const statedSchema = z.object({
  heightCm: z.number().min(BODY_METRIC_RANGES.height_cm.min).max(BODY_METRIC_RANGES.height_cm.max).nullable(),
  sex: z.enum(SEXES).nullable(),
});
export type Stated = z.infer<typeof statedSchema>;

const share = z.number().min(0).max(1);
const point = z.tuple([z.number(), z.number()]);
const labSchema = z.object({ L: z.number(), a: z.number(), b: z.number() });

/** Why a picture gives no numbers, or doubtful ones. `blocks`: no sizes from it. */
export const bodyProblemSchema = z.object({
  code: z.enum([
    'nobody',
    'several-people',
    'part-missing',
    'cut-off',
    'not-facing',
    'not-sideways',
    'not-upright',
    'arms-too-close',
    'too-small',
    'too-dark',
    'too-bright',
    'no-card',
    'no-face',
  ]),
  blocks: z.boolean(),
  message: z.string(),
});
export type BodyProblem = z.infer<typeof bodyProblemSchema>;

/** All that is kept of one picture: enough to measure again without it. */
export const bodyViewEvidenceSchema = z.object({
  view: z.enum(BODY_VIEWS),
  imageSha256: z.string(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  /** Of the lens, where EXIF told it. */
  focalPx: z.number().positive().nullable(),
  problems: z.array(bodyProblemSchema),
  lightingOk: z.boolean(),
  card: z
    .object({
      /** Clockwise as seen. */
      corners: z.array(point).length(4),
      pxPerCm: z.number().positive(),
      relativeSd: z.number().nonnegative(),
      distanceCm: z.number().positive(),
      tiltDeg: z.number(),
      /** Multiply linear red, green and blue with these; null where the card's colour cannot be read. */
      gains: z.tuple([z.number(), z.number(), z.number()]).nullable(),
      colourProblem: z.string().nullable(),
    })
    .nullable(),
  body: z
    .object({
      /** 33 × (x, y, z). */
      landmarks: z.array(z.number()).length(99),
      worldLandmarks: z.array(z.number()).length(99),
      visibility: z.array(z.number()).length(33),
      presence: z.array(z.number()).length(33),
      score: share,
      mask: z.object({
        region: z.object({
          centerX: z.number(),
          centerY: z.number(),
          sizePx: z.number().positive(),
          rotationRad: z.number(),
        }),
        /** 256 × 256 bytes, 255 surely the person; deflated, base64. */
        deflated: z.string(),
      }),
    })
    .nullable(),
  /** Sizes of the face's mesh in a picture that shows the face large; null elsewhere. */
  face: z
    .object({
      headBreadthPx: z.number().positive().nullable(),
      cheekboneBreadthPx: z.number().positive(),
      faceHeightPx: z.number().positive(),
      interpupillaryPx: z.number().positive(),
      yawDeg: z.number(),
    })
    .nullable(),
  skin: z.array(
    z.object({
      region: z.enum(['face', 'neck', 'inner-arm']),
      /** As the picture has it. */
      lab: labSchema,
      /** Linear sRGB, 0..1, so that a card found in another picture can still correct it. */
      linear: z.tuple([z.number(), z.number(), z.number()]),
      pixels: z.number().int().positive(),
    }),
  ),
  models: z.array(modelIdentitySchema),
});
export type BodyViewEvidence = z.infer<typeof bodyViewEvidenceSchema>;

export const BODY_STAGES = [
  'pre-check',
  'card',
  'colour',
  'pose',
  'segmentation',
  'skin',
  'widths',
  'circumferences',
  'shape',
  'confidence',
] as const;
export type BodyStage = (typeof BODY_STAGES)[number];

export const BODY_SHAPES = ['hourglass', 'pear', 'apple', 'rectangle', 'inverted-triangle'] as const;
export const UNDERTONES = ['cool', 'neutral', 'warm'] as const;

export const bodyMetricsSchema = z.object(
  Object.fromEntries(BODY_METRICS.map((metric) => [metric, z.number().nullable()])) as Record<
    BodyMetric,
    z.ZodNullable<z.ZodNumber>
  >,
);
export type BodyMetrics = z.infer<typeof bodyMetricsSchema>;

export const bodySkinSchema = z.object({
  ita: z.number(),
  lab: labSchema,
  monk_bucket: z.number().int().min(1).max(10),
  undertone: z.enum(UNDERTONES),
  palette: z.array(z.object({ hex: z.string().regex(/^#[0-9A-F]{6}$/), reason: z.string() })),
});
export type BodySkin = z.infer<typeof bodySkinSchema>;

export const bodyShapeSchema = z.object({ type: z.enum(BODY_SHAPES), confidence: share });
export const bodyQualitySchema = z.object({
  lighting_ok: z.boolean(),
  card_detected: z.boolean(),
  overall_confidence: share,
});

/** What is measured of a body, and how surely. */
export const bodyMeasurementSchema = z.object({
  metrics: bodyMetricsSchema,
  skin: bodySkinSchema.nullable(),
  shape: bodyShapeSchema.nullable(),
  quality: bodyQualitySchema,
  /** Nine of ten people are within the metric ± this, centimetres. */
  intervals: bodyMetricsSchema,
  /** 0..1 by metric; null where it was not measured. */
  confidences: bodyMetricsSchema,
  scale: z.object({ source: z.enum(['card', 'stature']), relativeSd: z.number().nonnegative() }),
  /** What a person should look at before they trust a number. */
  flags: z.array(
    z.object({ code: z.string(), metric: z.enum(BODY_METRICS).nullable(), message: z.string() }),
  ),
  /** Where each width and length was read, in pixels of its view. */
  lines: z.array(
    z.object({ view: z.enum(BODY_VIEWS), metric: z.enum(BODY_METRICS), from: point, to: point }),
  ),
  stages: z.array(
    z.object({ stage: z.enum(BODY_STAGES), confidence: share, durationMs: z.number().nonnegative() }),
  ),
  models: z.array(modelIdentitySchema),
});
export type BodyMeasurement = z.infer<typeof bodyMeasurementSchema>;

/** A key point that a person has put right, in pixels of its view. */
export const keypointCorrectionSchema = z.object({
  view: z.enum(['front', 'side']),
  /** A name of BODY_POINT: `leftHip`. */
  point: z.string().min(1).max(32),
  x: z.number(),
  y: z.number(),
});
export type KeypointCorrection = z.infer<typeof keypointCorrectionSchema>;
