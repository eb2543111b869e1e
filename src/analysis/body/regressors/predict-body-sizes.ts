import {
  BODY_INPUT_NAMES,
  type BodyInput,
  type BodyInputs,
  type BodyTier,
  checkBodyInputs,
  tierOf,
} from './body-inputs.ts';
import type { BodyRegressors, IntervalFit, Measuring, TargetFit } from './body-regressors.ts';
import { type BodySize, type BodyTarget, forEachTarget } from './body-targets.ts';
import { type Sex, scaledInputs, termsOf, weightedSum } from './body-terms.ts';

/** Standard deviations to the end of a normal distribution's middle nine tenths. */
const NORMAL_90 = 1.645;

export interface BodySizesOptions {
  /** Left out: both sexes are weighed by how probable the inputs make them. */
  readonly sex?: Sex | undefined;
  /** Default: `pipeline`. */
  readonly measuring?: Measuring;
}

export interface BodySizes {
  readonly sizes: Readonly<Record<BodyTarget, BodySize>>;
  /** Which inputs were there to be used. */
  readonly tier: BodyTier;
  /** 1 and 0 where the sex was told. */
  readonly maleProbability: number;
  /** Inputs beyond all that the fit has seen: there nobody has tried whether the intervals hold. */
  readonly beyondFitted: readonly BodyInput[];
}

/**
 * Sizes with 90 % intervals.
 * Throws body-measure-implausible for inputs that are missing or not a human's.
 */
export function predictBodySizes(
  regressors: BodyRegressors,
  inputs: BodyInputs,
  { sex, measuring = 'pipeline' }: BodySizesOptions = {},
): BodySizes {
  checkBodyInputs(inputs);
  const tier = tierOf(inputs);
  const fit = regressors.fits[measuring][tier];
  const scaled = scaledInputs(tier, inputs, regressors.scales);
  const maleProbability = sex === undefined ? probabilityOf(fit.maleWeights, scaled) : sex === 'male' ? 1 : 0;
  const termsBySex = { female: termsOf(tier, scaled, 'female'), male: termsOf(tier, scaled, 'male') };
  const beyondFitted = BODY_INPUT_NAMES.filter((name) => {
    const valueMm = inputs[name];
    const { lowestMm, highestMm } = regressors.scales[name];
    return valueMm !== undefined && (valueMm < lowestMm || valueMm > highestMm);
  });
  const sizes = forEachTarget((target) => {
    const targetFit = fit.targets[target];
    const sizeOf = (of: Sex) => sizeBySex(targetFit, termsBySex[of], of);
    return sex === undefined
      ? mixSizes(sizeOf('female'), sizeOf('male'), maleProbability, targetFit.unknownFactor)
      : sizeOf(sex);
  });
  return { sizes, tier, maleProbability, beyondFitted };
}

/** Of a man, by weights of 1 and the scaled inputs. */
export function probabilityOf(maleWeights: readonly number[], scaled: Float64Array): number {
  return 1 / (1 + Math.exp(-weightedSum(maleWeights, [1, ...scaled])));
}

function sizeBySex(fit: TargetFit, terms: Float64Array, sex: Sex): BodySize {
  const valueMm = Math.exp(weightedSum(fit.weights, terms));
  return { valueMm, halfWidthMm: halfWidthOf(fit[sex], valueMm) };
}

/** Millimetres. */
export function halfWidthOf({ centreLog, base, slope }: IntervalFit, valueMm: number): number {
  return valueMm * Math.max(base / 2, base + slope * (Math.log(valueMm) - centreLog));
}

/** The mean of both sexes' sizes, with an interval that also counts how far these are apart. */
export function mixSizes(
  female: BodySize,
  male: BodySize,
  maleProbability: number,
  unknownFactor: number,
): BodySize {
  const femaleProbability = 1 - maleProbability;
  const apartMm = NORMAL_90 * (male.valueMm - female.valueMm);
  const squared =
    femaleProbability * female.halfWidthMm ** 2 +
    maleProbability * male.halfWidthMm ** 2 +
    femaleProbability * maleProbability * apartMm ** 2;
  return {
    valueMm: femaleProbability * female.valueMm + maleProbability * male.valueMm,
    halfWidthMm: unknownFactor * Math.sqrt(squared),
  };
}
