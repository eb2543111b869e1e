import type { BodyTier } from '../regressors/body-inputs.ts';
import { BODY_TARGET_NAMES, type BodyTarget } from '../regressors/body-targets.ts';
import { type Sex, termCount, termsOf } from '../regressors/body-terms.ts';
import { createNormalEquations } from './normal-equations.ts';

/** One person, measured once. */
export interface FitSample {
  readonly sex: Sex;
  readonly scaled: Float64Array;
  /** Millimetres. */
  readonly sizes: Readonly<Record<BodyTarget, number>>;
  /** Less than 1 where one person is there several times. */
  readonly weight: number;
}

/** Least squares on logarithms; by cross-validation anything from 0.1 to 1 is as good. */
const SHRINK = 1;
const NEWTON_STEPS = 12;
/** Enough that the odds stay finite where the inputs part both sexes without fail. */
const ODDS_SHRINK = 1;

/** Weights of the terms, by target. */
export function fitSizes(tier: BodyTier, samples: readonly FitSample[]): Record<BodyTarget, Float64Array> {
  const equations = createNormalEquations(termCount(tier), BODY_TARGET_NAMES.length);
  for (const { sex, scaled, sizes, weight } of samples) {
    const logs = BODY_TARGET_NAMES.map((target) => Math.log(sizes[target]));
    equations.add(termsOf(tier, scaled, sex), weight, logs);
  }
  return Object.fromEntries(
    BODY_TARGET_NAMES.map((target, index) => [target, equations.solve(index, SHRINK)]),
  ) as Record<BodyTarget, Float64Array>;
}

/** Weights of 1 and the scaled inputs, whose sum is the log odds of a man where both sexes are as frequent. */
export function fitMaleOdds(samples: readonly FitSample[]): Float64Array {
  const size = (samples[0]?.scaled.length ?? 0) + 1;
  const total = { female: 0, male: 0 };
  for (const { sex, weight } of samples) total[sex] += weight;
  const balance = (sex: Sex) => (total.female + total.male) / (2 * total[sex]);
  let weights = new Float64Array(size);
  for (let step = 0; step < NEWTON_STEPS; step++) {
    // Newton's step as a least-squares fit of the linearised odds.
    const equations = createNormalEquations(size, 1);
    for (const { sex, scaled, weight } of samples) {
      const values = [1, ...scaled];
      let odds = 0;
      for (let i = 0; i < size; i++) odds += weights[i]! * values[i]!;
      const probability = 1 / (1 + Math.exp(-odds));
      const variance = Math.max(probability * (1 - probability), 1e-6);
      const wanted = odds + ((sex === 'male' ? 1 : 0) - probability) / variance;
      equations.add(values, weight * balance(sex) * variance, [wanted]);
    }
    weights = Float64Array.from(equations.solve(0, ODDS_SHRINK));
  }
  return weights;
}
