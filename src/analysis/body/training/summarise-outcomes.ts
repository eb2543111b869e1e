import type { BodyTarget } from '../regressors/body-targets.ts';
import type { Sex } from '../regressors/body-terms.ts';
import type { Outcome } from './evaluate-regressors.ts';
import type { MeasuredPerson } from './read-ansur.ts';

export interface OutcomeSummary {
  readonly count: number;
  readonly maeMm: number;
  /** Standard error of `maeMm`, people taken one by one. */
  readonly maeErrorMm: number;
  /** Mean of what was said less what was measured. */
  readonly biasMm: number;
  /** Share of outcomes within their interval. */
  readonly cover: number;
  readonly halfWidthMm: number;
}

export interface Bucket {
  readonly name: string;
  /** `ownSize` picks people by the very figure that is judged, and so those of whom it is said wrongly. */
  readonly kind: 'sex' | 'stature' | 'size' | 'ownSize';
  holds(person: MeasuredPerson): boolean;
}

const STATURE_NAMES = ['short third', 'middle third', 'tall third'] as const;
const SIZE_NAMES = ['slightest quarter', 'second quarter', 'third quarter', 'stoutest quarter'] as const;
const OWN_SIZE_NAMES = ['its least quarter', 'its second', 'its third', 'its greatest'] as const;

export function summariseOutcomes(outcomes: readonly Outcome[]): OutcomeSummary {
  const count = outcomes.length;
  const meanOf = (figureOf: (outcome: Outcome) => number) =>
    outcomes.reduce((sum, outcome) => sum + figureOf(outcome), 0) / count;
  const maeMm = meanOf(({ errorMm }) => Math.abs(errorMm));
  const people = new Set(outcomes.map(({ person }) => person.id)).size;
  return {
    count,
    maeMm,
    maeErrorMm: Math.sqrt(meanOf(({ errorMm }) => (Math.abs(errorMm) - maeMm) ** 2) / people),
    biasMm: meanOf(({ errorMm }) => errorMm),
    cover: meanOf(({ errorMm, halfWidthMm }) => (Math.abs(errorMm) <= halfWidthMm ? 1 : 0)),
    halfWidthMm: meanOf(({ halfWidthMm }) => halfWidthMm),
  };
}

/**
 * Both sexes; within the own sex thirds of the stature, quarters of the body's size (chest, waist and hip together, as a
 * dress size) and quarters of the target itself. The limits are those of `people`.
 */
export function bucketsOf(target: BodyTarget, people: readonly MeasuredPerson[]): Bucket[] {
  return [
    { name: 'women', kind: 'sex', holds: ({ sex }) => sex === 'female' },
    { name: 'men', kind: 'sex', holds: ({ sex }) => sex === 'male' },
    ...partsOf('stature', STATURE_NAMES, ({ inputs }) => inputs.statureMm, people),
    ...partsOf('size', SIZE_NAMES, ({ sizes }) => sizes.chest + sizes.waist + sizes.hip, people),
    ...partsOf('ownSize', OWN_SIZE_NAMES, ({ sizes }) => sizes[target], people),
  ];
}

function partsOf(
  kind: Bucket['kind'],
  names: readonly string[],
  figureOf: (person: MeasuredPerson) => number,
  people: readonly MeasuredPerson[],
): Bucket[] {
  const limitsOf = (wanted: Sex) => {
    const sorted = people
      .filter(({ sex }) => sex === wanted)
      .map(figureOf)
      .sort((a, b) => a - b);
    return names.slice(1).map((_, part) => sorted[Math.floor(((part + 1) * sorted.length) / names.length)]!);
  };
  const limits = { female: limitsOf('female'), male: limitsOf('male') };
  return names.map((name, part) => ({
    name,
    kind,
    holds: (person) => limits[person.sex].filter((limit) => figureOf(person) >= limit).length === part,
  }));
}

/** The largest of the buckets' mean errors, as a multiple of the whole's. */
export function worstRatio(outcomes: readonly Outcome[], buckets: readonly Bucket[]): number {
  const { maeMm } = summariseOutcomes(outcomes);
  return Math.max(
    ...buckets.map(
      ({ holds }) => summariseOutcomes(outcomes.filter(({ person }) => holds(person))).maeMm / maeMm,
    ),
  );
}
