import { z } from 'zod';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import { BODY_INPUT_NAMES, BODY_TIERS, TIER_INPUTS } from './body-inputs.ts';
import { BODY_TARGET_NAMES } from './body-targets.ts';
import { termCount } from './body-terms.ts';

/** How the inputs came about: by a calliper, or out of pictures with the widths' errors that `noise` states. */
export const MEASURINGS = ['exact', 'pipeline'] as const;
export type Measuring = (typeof MEASURINGS)[number];

const number = z.number();

/** Share of the size: `base + slope * (ln size - centreLog)`, never below half of `base`. */
const intervalSchema = z.strictObject({ centreLog: number, base: number.positive(), slope: number });

const targetSchema = z.strictObject({
  /** Weights of the terms, whose sum is the size's logarithm. */
  weights: z.array(number),
  female: intervalSchema,
  male: intervalSchema,
  /** By which the interval of an unknown sex is wider than what both sexes' give. */
  unknownFactor: number.positive(),
});

const tierSchema = z.strictObject({
  /** Weights of 1 and the scaled inputs, whose sum is the log odds of a man. */
  maleWeights: z.array(number),
  targets: z.record(z.enum(BODY_TARGET_NAMES), targetSchema),
});

const noiseSchema = z.strictObject({
  /** Of the scale, the same for all inputs of one measuring. */
  scaleShare: number.min(0),
  /** Of each input by itself. */
  ownShare: number.min(0),
  ownMm: number.min(0),
});

const scaleSchema = z.strictObject({
  meanLog: number,
  sdLog: number.positive(),
  /** The least and the most that the fit has seen. */
  lowestMm: number.positive(),
  highestMm: number.positive(),
});

const regressorsSchema = z
  .strictObject({
    version: z.string(),
    people: z.number().int().positive(),
    noise: noiseSchema,
    scales: z.record(z.enum(BODY_INPUT_NAMES), scaleSchema),
    fits: z.record(z.enum(MEASURINGS), z.record(z.enum(BODY_TIERS), tierSchema)),
  })
  .superRefine(({ fits }, context) => {
    for (const measuring of MEASURINGS) {
      for (const tier of BODY_TIERS) {
        const { maleWeights, targets } = fits[measuring][tier];
        const isWhole =
          maleWeights.length === TIER_INPUTS[tier].length + 1 &&
          BODY_TARGET_NAMES.every((target) => targets[target].weights.length === termCount(tier));
        if (!isWhole) {
          context.addIssue({ code: 'custom', message: `${measuring}, ${tier}: has not one weight a term` });
        }
      }
    }
  });

export type IntervalFit = Readonly<z.infer<typeof intervalSchema>>;
export type TargetFit = Readonly<z.infer<typeof targetSchema>>;
export type TierFit = Readonly<z.infer<typeof tierSchema>>;
/** Standard deviations of what makes up an input's error: shares of the input, and millimetres. */
export type MeasuringNoise = Readonly<z.infer<typeof noiseSchema>>;
export type InputScales = Readonly<z.infer<typeof regressorsSchema>['scales']>;
export type BodyRegressors = Readonly<z.infer<typeof regressorsSchema>>;

/** Reads the text of regressors.json. Throws model-invalid with every fault. */
export function parseBodyRegressors(json: string): BodyRegressors {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new FramegateError('model-invalid', 'the body regressors are not JSON', { cause });
  }
  const parsed = regressorsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new FramegateError(
    'model-invalid',
    `the body regressors are not understood: ${z.prettifyError(parsed.error)}`,
  );
}
