import {
  BODY_INPUT_NAMES,
  type BodyInput,
  type BodyInputs,
  type BodyTier,
  TIER_INPUTS,
} from '../regressors/body-inputs.ts';
import type { BodyRegressors, Measuring, MeasuringNoise } from '../regressors/body-regressors.ts';
import { type BodyTarget, forEachTarget } from '../regressors/body-targets.ts';
import type { Sex } from '../regressors/body-terms.ts';
import { predictBodySizes } from '../regressors/predict-body-sizes.ts';
import { measureAgain } from './measure-again.ts';
import type { MeasuredPerson } from './read-ansur.ts';

export interface EvaluationCase {
  readonly tier: BodyTier;
  /** How the regressors are told that the inputs came about. */
  readonly measuring: Measuring;
  /** Errors that the inputs are given; null for none. */
  readonly noise: MeasuringNoise | null;
  readonly isSexTold: boolean;
}

/** What was said of one size of one person. */
export interface Outcome {
  readonly person: MeasuredPerson;
  readonly valueMm: number;
  readonly errorMm: number;
  /** 0 where a fit gives no interval. */
  readonly halfWidthMm: number;
}

export type Outcomes = Readonly<Record<BodyTarget, readonly Outcome[]>>;

/** How often each person is measured with errors. */
const NOISY_ROUNDS = 5;

export function evaluateRegressors(
  regressors: BodyRegressors,
  people: readonly MeasuredPerson[],
  { tier, measuring, noise, isSexTold }: EvaluationCase,
): Outcomes {
  const outcomes = forEachTarget((): Outcome[] => []);
  for (const person of people) {
    for (const inputs of measurings(person, noise)) {
      const sex: Sex | undefined = isSexTold ? person.sex : undefined;
      const { sizes } = predictBodySizes(regressors, inputsOf(tier, inputs), { sex, measuring });
      forEachTarget((target) =>
        outcomes[target].push({
          person,
          ...sizes[target],
          errorMm: sizes[target].valueMm - person.sizes[target],
        }),
      );
    }
  }
  return outcomes;
}

function measurings(
  person: MeasuredPerson,
  noise: MeasuringNoise | null,
): readonly Readonly<Record<BodyInput, number>>[] {
  if (noise === null) return [person.inputs];
  return Array.from({ length: NOISY_ROUNDS }, (_, round) => measureAgain(person, noise, `test ${round}`));
}

function inputsOf(tier: BodyTier, inputs: Readonly<Record<BodyInput, number>>): BodyInputs {
  const wanted: readonly BodyInput[] = TIER_INPUTS[tier];
  return Object.fromEntries(
    BODY_INPUT_NAMES.map((name) => [name, wanted.includes(name) ? inputs[name] : undefined]),
  ) as BodyInputs;
}
