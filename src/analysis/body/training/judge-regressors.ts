import { BODY_TIERS, type BodyInput, type BodyTier, TIER_INPUTS } from '../regressors/body-inputs.ts';
import type { BodyRegressors, MeasuringNoise } from '../regressors/body-regressors.ts';
import type { BodyTarget } from '../regressors/body-targets.ts';
import { type EvaluationCase, evaluateRegressors, type Outcomes } from './evaluate-regressors.ts';
import { plainLinearFit } from './plain-linear-fit.ts';
import type { MeasuredPerson } from './read-ansur.ts';
import type { SplitPeople } from './split-people.ts';

export const CIRCUMFERENCES = ['chest', 'waist', 'hip', 'neck'] as const satisfies readonly BodyTarget[];

const INPUT_OF_TARGET: Readonly<Partial<Record<BodyTarget, BodyInput>>> = {
  inseam: 'crotchHeightMm',
  shoulder: 'acromionBreadthMm',
};

/** Whether a target is among the inputs: without errors nothing is left to predict. */
export function isInput(target: BodyTarget, inputs: readonly BodyInput[]): boolean {
  const input = INPUT_OF_TARGET[target];
  return input !== undefined && inputs.includes(input);
}

const BOTH_SHOULDERS = ['shoulderBreadthMm', 'acromionBreadthMm'] as const satisfies readonly BodyInput[];
/** What the plain linear fits are given. */
export const PLAIN_INPUTS = {
  trunk: TIER_INPUTS.trunk,
  shoulders: [...TIER_INPUTS.trunk, ...BOTH_SHOULDERS],
  portrait: TIER_INPUTS.portrait,
} as const satisfies Readonly<Record<string, readonly BodyInput[]>>;

export interface JudgedCase {
  readonly title: string;
  readonly case: EvaluationCase;
  readonly outcomes: Outcomes;
}

export interface Judgement {
  /** Plain linear fits, by what they were given. */
  readonly plain: Readonly<Record<keyof typeof PLAIN_INPUTS, Outcomes>>;
  readonly cases: readonly JudgedCase[];
  /** The case of this tier, with the sex told and the errors that were trained for. */
  find(measuring: 'exact' | 'pipeline', tier: BodyTier): Outcomes;
  /** Of whom the buckets' limits are. */
  readonly training: readonly MeasuredPerson[];
}

/** Holds fitted regressors, and plain linear fits on the same people, against the people that no fit has seen. */
export function judgeRegressors(regressors: BodyRegressors, { folds, test }: SplitPeople): Judgement {
  const training = folds.flat();
  const { noise } = regressors;
  const cases = casesOf(noise).map(({ title, ...tried }) => ({
    title: `${tried.tier}, ${title}`,
    case: tried,
    outcomes: evaluateRegressors(regressors, test, tried),
  }));
  const plainFit = (inputs: readonly BodyInput[]) =>
    plainLinearFit(
      training,
      test,
      inputs.filter((name) => !TIER_INPUTS.trunk.some((known) => known === name)),
    );
  return {
    training,
    cases,
    plain: {
      trunk: plainFit(PLAIN_INPUTS.trunk),
      shoulders: plainFit(PLAIN_INPUTS.shoulders),
      portrait: plainFit(PLAIN_INPUTS.portrait),
    },
    find(measuring, tier) {
      const wantedNoise = measuring === 'exact' ? null : noise;
      return cases.find(
        ({ case: tried }) =>
          tried.tier === tier &&
          tried.measuring === measuring &&
          tried.noise === wantedNoise &&
          tried.isSexTold,
      )!.outcomes;
    },
  };
}

function casesOf(noise: MeasuringNoise): (EvaluationCase & { title: string })[] {
  const { scaleShare, ownShare } = noise;
  const oneScale = { ...noise, scaleShare: Math.hypot(scaleShare, ownShare), ownShare: 0 };
  return BODY_TIERS.flatMap((tier) => [
    { title: 'exact', tier, measuring: 'exact', noise: null, isSexTold: true },
    { title: 'exact, sex unknown', tier, measuring: 'exact', noise: null, isSexTold: false },
    { title: 'pipeline', tier, measuring: 'pipeline', noise, isSexTold: true },
    { title: 'pipeline, sex unknown', tier, measuring: 'pipeline', noise, isSexTold: false },
    {
      title: 'pipeline, all shares one scale',
      tier,
      measuring: 'pipeline',
      noise: oneScale,
      isSexTold: true,
    },
  ]);
}
