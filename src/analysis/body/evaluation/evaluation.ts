import { z } from 'zod';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import { modelIdentitySchema } from '../../../protocol/records.ts';

export const BUCKET_KINDS = ['all', 'sex', 'stature', 'size', 'shape', 'skinTone'] as const;
export type BucketKind = (typeof BUCKET_KINDS)[number];

const bucketSchema = z.object({
  kind: z.enum(BUCKET_KINDS),
  name: z.string(),
  people: z.number().int().nonnegative(),
  /** Mean of how far what was said is from the truth. */
  maeMm: z.number().nonnegative(),
  /** Mean of what was said less the truth. */
  biasMm: z.number(),
  /** Share of sizes within their 90 % interval. */
  cover: z.number().min(0).max(1),
});

const evaluationSchema = z.object({
  model: modelIdentitySchema,
  /** `id`: SHA-256 of what was judged by; evaluations of the same one can be compared. */
  dataset: z.object({
    kind: z.enum(['ansur', 'captures']),
    id: z.string(),
    people: z.number().int().nonnegative(),
  }),
  /** How the people were measured; evaluations compare where it is the same. */
  conditions: z.string(),
  cases: z.array(
    z.object({
      title: z.string(),
      targets: z.array(z.object({ target: z.string(), buckets: z.array(bucketSchema) })),
    }),
  ),
});

/** How well a version serves people, for all of them and by bucket: `evaluation….json` beside the model. */
export type Evaluation = Readonly<z.infer<typeof evaluationSchema>>;
export type EvaluatedBucket = Readonly<z.infer<typeof bucketSchema>>;
export type EvaluatedCase = Evaluation['cases'][number];

/** Throws model-invalid where the text is no evaluation. */
export function parseEvaluation(json: string): Evaluation {
  try {
    return evaluationSchema.parse(JSON.parse(json));
  } catch (cause) {
    throw new FramegateError('model-invalid', 'an evaluation is not understood; make it anew', { cause });
  }
}

export function formatEvaluation(evaluation: Evaluation): string {
  return `${JSON.stringify(evaluation, null, 2)}\n`;
}
