/** What is asked for and given by a job of the kind `skin`; shared by the routes that take it and the handler that does it. */
import { z } from 'zod';
import { boxSchema } from './records.ts';

export const SKIN_PROVIDERS = ['local', 'perfect-corp', 'mock'] as const;
export type SkinProviderName = (typeof SKIN_PROVIDERS)[number];

/** The `params` of the job; its part `image` is a JPEG or PNG. */
export const skinJobParamsSchema = z.object({ provider: z.enum(SKIN_PROVIDERS) });
export type SkinJobParams = z.infer<typeof skinJobParamsSchema>;

const score = z.number().min(0).max(100).describe('0..100, higher is healthier');
const share = z.number().min(0).max(1);

const conditionSchema = z.object({
  score,
  severity: z
    .enum(['none', 'mild', 'moderate', 'severe'])
    .describe('none from 95 on, mild from 80, moderate from 60'),
  decile: z.number().int().min(1).max(10),
  regions: z.record(z.string(), score).optional().describe('Scores of parts of the face, by name'),
  confidence: share.optional().describe('Where the provider tells one'),
  doubts: z.array(z.string()).readonly().optional().describe('What lowers the confidence'),
});

const maskSchema = z.object({
  condition: z.string(),
  box: boxSchema.describe(
    'Part of the upright picture that the mask covers, as shares of its width and height',
  ),
  pngBase64: z.string().describe('Grey PNG to be stretched over the box: 0 nothing, 255 strongest'),
});

/** The job's result. What the provider did not measure is left out, never guessed. */
export const skinAnalysisSchema = z.object({
  provider: z.enum(SKIN_PROVIDERS),
  skinType: z.string().optional(),
  skinTypeConfidence: share.optional(),
  isSensitive: z.boolean().optional().describe('Whether the skin reddens easily'),
  skinAge: z.number().optional().describe('Years'),
  skinAgeConfidence: share.optional(),
  programCode: z
    .number()
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('(decile of acne − 1) + (decile of wrinkle − 1) · 10 + 1'),
  overallScore: score.optional(),
  conditions: z
    .record(z.string(), conditionSchema)
    .describe(
      'By name: wrinkle, pore, texture, acne, redness, oiliness, age_spot, radiance, moisture, dark_circle, eye_bag, droopy_upper_eyelid, droopy_lower_eyelid, firmness',
    ),
  masks: z.array(maskSchema).readonly().optional().describe('Where a condition shows'),
  notice: z.string().optional().describe('What the result is not'),
});
export type SkinAnalysis = z.infer<typeof skinAnalysisSchema>;
