import { type BodyInput, TIER_INPUTS } from '../regressors/body-inputs.ts';
import { BODY_TARGET_NAMES, forEachTarget } from '../regressors/body-targets.ts';
import { weightedSum } from '../regressors/body-terms.ts';
import type { Outcomes } from './evaluate-regressors.ts';
import { createNormalEquations } from './normal-equations.ts';
import type { MeasuredPerson } from './read-ansur.ts';

/** Enough that columns which nearly depend on each other can be solved for. */
const SHRINK = 1e-3;

const PAIRS = [
  ['chestBreadthMm', 'chestDepthMm'],
  ['waistBreadthMm', 'waistDepthMm'],
  ['hipBreadthMm', 'hipDepthMm'],
] as const satisfies readonly (readonly [BodyInput, BodyInput])[];

/**
 * What the regressors are held against: least squares in millimetres on breadths, depths, their products, the ellipses'
 * perimeters, stature and sex, and on whatever else is named.
 */
export function plainLinearFit(
  training: readonly MeasuredPerson[],
  test: readonly MeasuredPerson[],
  further: readonly BodyInput[] = [],
): Outcomes {
  const valuesOf = standardised(training, further);
  const columns = valuesOf(training[0]!).length;
  const equations = createNormalEquations(columns, BODY_TARGET_NAMES.length);
  for (const person of training) {
    equations.add(
      valuesOf(person),
      1,
      BODY_TARGET_NAMES.map((target) => person.sizes[target]),
    );
  }
  return forEachTarget((target) => {
    const weights = equations.solve(BODY_TARGET_NAMES.indexOf(target), SHRINK);
    return test.map((person) => {
      const valueMm = weightedSum(weights, valuesOf(person));
      return { person, valueMm, errorMm: valueMm - person.sizes[target], halfWidthMm: 0 };
    });
  });
}

function standardised(
  training: readonly MeasuredPerson[],
  further: readonly BodyInput[],
): (person: MeasuredPerson) => number[] {
  const rows = training.map((person) => columnsOf(person, further));
  const means = rows[0]!.map((_, column) => rows.reduce((sum, row) => sum + row[column]!, 0) / rows.length);
  const deviations = means.map((mean, column) =>
    Math.sqrt(rows.reduce((sum, row) => sum + (row[column]! - mean) ** 2, 0) / rows.length),
  );
  return (person) => [
    1,
    ...columnsOf(person, further).map((value, column) => (value - means[column]!) / deviations[column]!),
  ];
}

function columnsOf({ inputs, sex }: MeasuredPerson, further: readonly BodyInput[]): number[] {
  return [
    ...TIER_INPUTS.trunk.map((name) => inputs[name]),
    ...PAIRS.map(([breadth, depth]) => inputs[breadth] * inputs[depth]),
    ...PAIRS.map(([breadth, depth]) => ellipsePerimeter(inputs[breadth] / 2, inputs[depth] / 2)),
    sex === 'male' ? 1 : 0,
    ...further.map((name) => inputs[name]),
  ];
}

/** Ramanujan's second approximation. */
export function ellipsePerimeter(firstRadius: number, secondRadius: number): number {
  const h = ((firstRadius - secondRadius) / (firstRadius + secondRadius)) ** 2;
  return Math.PI * (firstRadius + secondRadius) * (1 + (3 * h) / (10 + Math.sqrt(4 - 3 * h)));
}
