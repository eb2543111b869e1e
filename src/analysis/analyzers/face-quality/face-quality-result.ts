import { z } from 'zod';
import { boxSchema, checkSchema, VERDICTS } from '../../../protocol/records.ts';
import { LANDMARK_COUNT } from '../../../vision/landmarks.ts';
import { SKIN_REGION_NAMES } from '../../../vision/skin-regions.ts';
import { FEATURE_STATUSES } from './features/face-features.ts';
import { ITA_CATEGORIES } from './skin-tone/individual-typology-angle.ts';

const share = z.number().min(0).max(1);
const score = z.number().min(0).max(100);

const labSchema = z.object({ l: z.number(), a: z.number(), b: z.number() });

const featureSchema = z.object({
  id: z.string(),
  /** null where it could not be assessed. */
  value: z.number().nullable(),
  unit: z.string(),
  score: score.nullable(),
  status: z.enum(FEATURE_STATUSES),
  /** Whether it has a say in the overall score. */
  counts: z.boolean(),
});

const skinToneSchema = z.object({
  /** Median of forehead and cheeks, as seen, CIE L*a*b* under D65. */
  lab: labSchema,
  itaDeg: z.number(),
  itaCategory: z.enum(ITA_CATEGORIES),
  monk: z.object({
    tone: z.number().int().min(1).max(10),
    hex: z.string(),
    /** CIEDE2000. */
    deltaE: z.number().nonnegative(),
    nearest: z.array(z.object({ tone: z.number().int(), deltaE: z.number() })),
    confidence: z.object({ fit: share, margin: share, agreement: share, light: share, overall: share }),
  }),
  regions: z.array(
    z.object({
      name: z.enum(SKIN_REGION_NAMES),
      /** Pixels of the still. */
      box: boxSchema,
      lab: labSchema.nullable(),
      itaDeg: z.number().nullable(),
      itaCategory: z.enum(ITA_CATEGORIES).nullable(),
      samples: z.number().int().nonnegative(),
      clippedShare: share,
      lightnessSpread: z.number().nonnegative(),
    }),
  ),
});

/** The `result` of a ResultRecord of the kind `face-quality`. */
export const faceQualityResultSchema = z.object({
  schema: z.literal('framegate.face-quality/1'),
  image: z.object({ width: z.number().int().positive(), height: z.number().int().positive() }),
  /** √(mean × least) of the scores that count: one fault is not averaged away. */
  overallScore: score,
  face: z.object({
    box: boxSchema,
    yawDeg: z.number(),
    pitchDeg: z.number(),
    rollDeg: z.number(),
    distanceCm: z.number(),
    /** The mesh model's own, 0..1. */
    meshScore: share,
    /** x, y of each mesh point, flat, in pixels of the still to a tenth. Absent in what is kept for long: see result-rows. */
    landmarks: z
      .array(z.number())
      .length(2 * LANDMARK_COUNT)
      .optional(),
  }),
  faceCount: z.number().int().nonnegative(),
  /** Guidance on the still itself, by the session's profile and thresholds. */
  verdict: z.enum(VERDICTS).extract(['pass', 'adjust']),
  checks: z.array(checkSchema),
  features: z.array(featureSchema),
  /** null where too little skin is in view. */
  skinTone: skinToneSchema.nullable(),
});

export type FaceQualityResult = z.infer<typeof faceQualityResultSchema>;
