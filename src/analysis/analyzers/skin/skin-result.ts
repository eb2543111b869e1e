import { z } from 'zod';
import { boxSchema } from '../../../protocol/records.ts';
import { CONCERN_IDS, type ConcernId, DOUBTS, SKIN_TYPES } from '../../../protocol/skin-concerns.ts';

export { CONCERN_IDS, type ConcernId };

const share = z.number().min(0).max(1);
/** 1..100, higher is healthier. */
const score = z.number().min(1).max(100);

export const concernReadingSchema = z.object({
  id: z.enum(CONCERN_IDS),
  /** null where it could not be assessed; never a guess. */
  score: score.nullable(),
  /** What was measured, before it became a score, and its unit. */
  raw: z.object({ value: z.number(), unit: z.string() }).nullable(),
  confidence: share,
  doubts: z.array(z.enum(DOUBTS)),
  regions: z.array(
    z.object({
      /** `forehead`, `left-cheek`, `nose` …; left is the subject's. */
      name: z.string(),
      score: score.nullable(),
      confidence: share,
      /** Share of the region's pixels that could be read: neither hidden, nor clipped, nor out of focus. */
      readableShare: share,
    }),
  ),
});

/** Where a concern shows, over the still: `pngBase64` is an 8-bit grey PNG stretched over `box`, 0 nothing .. 255 strongest. Left out where there is nothing to show. */
export const concernMaskSchema = z.object({ id: z.enum(CONCERN_IDS), box: boxSchema, pngBase64: z.string() });

/** The `result` of a ResultRecord of the kind `skin` by the local provider. */
export const skinResultSchema = z.object({
  schema: z.literal('framegate.skin/1'),
  provider: z.literal('local'),
  image: z.object({ width: z.number().int().positive(), height: z.number().int().positive() }),
  /** Mean of the concerns' scores, weighted by confidence. */
  overallScore: score.nullable(),
  concerns: z.array(concernReadingSchema),
  masks: z.array(concernMaskSchema),
  skinType: z.object({
    name: z.enum(SKIN_TYPES),
    sensitive: z.boolean(),
    confidence: share,
  }),
  /** An index out of lines, spots, pores and firmness, not calibrated on people of known age; null where those are. */
  skinAge: z.object({ years: z.number(), confidence: share }).nullable(),
  notice: z.string(),
});

export type ConcernReading = z.infer<typeof concernReadingSchema>;
export type ConcernMask = z.infer<typeof concernMaskSchema>;
export type SkinResult = z.infer<typeof skinResultSchema>;

export const SKIN_NOTICE =
  'Measured from one photograph for cosmetic use. This is not a medical device and no diagnosis; ask a doctor about anything that worries you.';
