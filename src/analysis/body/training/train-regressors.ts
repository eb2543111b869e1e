import { BODY_INPUT_NAMES, BODY_TIERS, type BodyInput, type BodyTier } from '../regressors/body-inputs.ts';
import {
  type BodyRegressors,
  type InputScales,
  MEASURINGS,
  type Measuring,
  type MeasuringNoise,
  type TargetFit,
  type TierFit,
} from '../regressors/body-regressors.ts';
import { type BodySize, type BodyTarget, forEachTarget } from '../regressors/body-targets.ts';
import { type Sex, scaledInputs, termsOf, weightedSum } from '../regressors/body-terms.ts';
import { halfWidthOf, mixSizes, probabilityOf } from '../regressors/predict-body-sizes.ts';
import { conformalFactor, fitInterval } from './fit-intervals.ts';
import { type FitSample, fitMaleOdds, fitSizes } from './fit-sizes.ts';
import { measureAgain } from './measure-again.ts';
import type { MeasuredPerson } from './read-ansur.ts';

/** How often each person is measured with errors. */
const NOISY_ROUNDS = 3;
const SIGNIFICANT_DIGITS = 7;

export interface TrainingOptions {
  readonly version: string;
  readonly noise: MeasuringNoise;
  readonly print?: (line: string) => void;
}

/** What a fit without the person says of one measuring of them, for either sex. */
interface HeldOut {
  readonly sex: Sex;
  readonly maleProbability: number;
  readonly sizes: Readonly<Record<BodyTarget, number>>;
  readonly values: Readonly<Record<BodyTarget, Readonly<Record<Sex, number>>>>;
}

/**
 * Fits on everybody in the folds. The intervals are calibrated on what ten further fits, each without one fold, say of
 * that fold's people: so each person calibrates, and none judges a fit that has seen them.
 */
export function trainRegressors(
  folds: readonly (readonly MeasuredPerson[])[],
  { version, noise, print = () => {} }: TrainingOptions,
): BodyRegressors {
  const people = folds.flat();
  const scales = scalesOf(people);
  const fitTier = (measuring: Measuring, tier: BodyTier): TierFit => {
    print(`${measuring}, ${tier}`);
    return fitOne(
      folds.map((fold) => fold.flatMap((person) => samplesOf(person, measuring, tier, scales, noise))),
      tier,
    );
  };
  const fits = Object.fromEntries(
    MEASURINGS.map((measuring) => [
      measuring,
      Object.fromEntries(BODY_TIERS.map((tier) => [tier, fitTier(measuring, tier)])),
    ]),
  ) as BodyRegressors['fits'];
  return { version, people: people.length, noise, scales, fits };
}

function scalesOf(people: readonly MeasuredPerson[]): InputScales {
  return Object.fromEntries(
    BODY_INPUT_NAMES.map((name: BodyInput) => {
      const sizes = people.map(({ inputs }) => inputs[name]);
      const logs = sizes.map(Math.log);
      const meanLog = logs.reduce((sum, log) => sum + log, 0) / logs.length;
      const variance = logs.reduce((sum, log) => sum + (log - meanLog) ** 2, 0) / logs.length;
      return [
        name,
        {
          meanLog: shorten(meanLog),
          sdLog: shorten(Math.sqrt(variance)),
          lowestMm: Math.min(...sizes),
          highestMm: Math.max(...sizes),
        },
      ];
    }),
  ) as InputScales;
}

function samplesOf(
  person: MeasuredPerson,
  measuring: Measuring,
  tier: BodyTier,
  scales: InputScales,
  noise: MeasuringNoise,
): FitSample[] {
  const { sex, sizes } = person;
  const rounds =
    measuring === 'exact'
      ? [person.inputs]
      : Array.from({ length: NOISY_ROUNDS }, (_, round) => measureAgain(person, noise, `train ${round}`));
  return rounds.map((inputs) => ({
    sex,
    sizes,
    scaled: scaledInputs(tier, inputs, scales),
    weight: 1 / rounds.length,
  }));
}

function fitOne(folds: readonly (readonly FitSample[])[], tier: BodyTier): TierFit {
  const heldOut = folds.flatMap((fold) => {
    const others = folds.filter((other) => other !== fold).flat();
    return heldOutOf(fold, tier, fitSizes(tier, others), fitMaleOdds(others));
  });
  const everybody = folds.flat();
  const weights = fitSizes(tier, everybody);
  return {
    maleWeights: Array.from(fitMaleOdds(everybody), shorten),
    targets: forEachTarget((target) => ({
      weights: Array.from(weights[target], shorten),
      ...intervalsOf(target, heldOut),
    })),
  };
}

function heldOutOf(
  samples: readonly FitSample[],
  tier: BodyTier,
  weights: Readonly<Record<BodyTarget, Float64Array>>,
  maleWeights: Float64Array,
): HeldOut[] {
  return samples.map(({ sex, scaled, sizes }) => {
    const terms = { female: termsOf(tier, scaled, 'female'), male: termsOf(tier, scaled, 'male') };
    return {
      sex,
      sizes,
      maleProbability: probabilityOf(Array.from(maleWeights), scaled),
      values: forEachTarget((target) => ({
        female: Math.exp(weightedSum(weights[target], terms.female)),
        male: Math.exp(weightedSum(weights[target], terms.male)),
      })),
    };
  });
}

function intervalsOf(target: BodyTarget, heldOut: readonly HeldOut[]): Omit<TargetFit, 'weights'> {
  const intervalOf = (wanted: Sex) =>
    fitInterval(
      heldOut
        .filter(({ sex }) => sex === wanted)
        .map(({ values, sizes }) => ({
          valueMm: values[target][wanted],
          errorMm: values[target][wanted] - sizes[target],
        })),
    );
  const intervals = { female: intervalOf('female'), male: intervalOf('male') };
  const ratios = heldOut.map(({ values, sizes, maleProbability }) => {
    const sizeOf = (sex: Sex): BodySize => {
      const valueMm = values[target][sex];
      return { valueMm, halfWidthMm: halfWidthOf(intervals[sex], valueMm) };
    };
    const { valueMm, halfWidthMm } = mixSizes(sizeOf('female'), sizeOf('male'), maleProbability, 1);
    return Math.abs(valueMm - sizes[target]) / halfWidthMm;
  });
  const shortened = ({ centreLog, base, slope }: typeof intervals.female) => ({
    centreLog: shorten(centreLog),
    base: shorten(base),
    slope: shorten(slope),
  });
  return {
    female: shortened(intervals.female),
    male: shortened(intervals.male),
    unknownFactor: shorten(conformalFactor(ratios)),
  };
}

/** Further digits cost bytes and say nothing. */
function shorten(value: number): number {
  return Number(value.toPrecision(SIGNIFICANT_DIGITS));
}
