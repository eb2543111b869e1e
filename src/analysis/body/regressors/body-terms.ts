import { type BodyInput, type BodyTier, TIER_INPUTS } from './body-inputs.ts';

export type Sex = 'female' | 'male';

/** Mean and standard deviation of an input's logarithm. */
export interface InputScale {
  readonly meanLog: number;
  readonly sdLog: number;
}

/**
 * Inputs whose squares and products count: a circumference is no sum of breadth and depth. Heights and the head's sizes
 * come in singly; their products lower no error. These stand first in every tier.
 */
const CURVED: readonly BodyInput[] = TIER_INPUTS.shoulders;

function curvedCount(tier: BodyTier): number {
  return TIER_INPUTS[tier].filter((name) => CURVED.includes(name)).length;
}

/** How many terms a tier's fit has. */
export function termCount(tier: BodyTier): number {
  const inputs = TIER_INPUTS[tier].length;
  const curved = curvedCount(tier);
  return 1 + inputs + (curved * (curved + 1)) / 2 + 1 + inputs;
}

/**
 * The inputs of a tier as logarithms, in standard deviations from the mean of the people that the scales are of.
 * Logarithms, because sizes grow by shares: one fit then serves the slight and the large.
 */
export function scaledInputs(
  tier: BodyTier,
  inputs: Readonly<Partial<Record<BodyInput, number | undefined>>>,
  scales: Readonly<Record<BodyInput, InputScale>>,
): Float64Array {
  return Float64Array.from(TIER_INPUTS[tier], (name) => {
    const { meanLog, sdLog } = scales[name];
    return (Math.log(inputs[name] ?? Number.NaN) - meanLog) / sdLog;
  });
}

/** Constant, inputs, products of the curved ones, sex, and the inputs once more by sex. */
export function termsOf(tier: BodyTier, scaled: Float64Array, sex: Sex): Float64Array {
  const sign = sex === 'male' ? 1 : -1;
  const curved = curvedCount(tier);
  const terms = new Float64Array(termCount(tier));
  let at = 0;
  terms[at++] = 1;
  for (const value of scaled) terms[at++] = value;
  for (let first = 0; first < curved; first++) {
    for (let second = 0; second <= first; second++) terms[at++] = scaled[first]! * scaled[second]!;
  }
  terms[at++] = sign;
  for (const value of scaled) terms[at++] = sign * value;
  return terms;
}

/** Sum of `weights[i] * values[i]`. */
export function weightedSum(weights: ArrayLike<number>, values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += weights[i]! * values[i]!;
  return sum;
}
