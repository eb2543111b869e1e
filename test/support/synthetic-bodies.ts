import type { BodyInput } from '../../src/analysis/body/regressors/body-inputs.ts';
import { ellipsePerimeter } from '../../src/analysis/body/training/plain-linear-fit.ts';
import type { MeasuredPerson } from '../../src/analysis/body/training/read-ansur.ts';
import { seededNormal } from '../../src/analysis/body/training/seeded-normal.ts';

/** A woman's sizes, near ANSUR's mean. Millimetres. */
export const TYPICAL_WOMAN: Readonly<Record<BodyInput, number>> = {
  chestBreadthMm: 263,
  chestDepthMm: 247,
  waistBreadthMm: 297,
  waistDepthMm: 215,
  hipBreadthMm: 345,
  hipDepthMm: 233,
  statureMm: 1629,
  shoulderBreadthMm: 450,
  acromionBreadthMm: 365,
  crotchHeightMm: 782,
  acromionHeightMm: 1335,
  napeHeightMm: 1405,
  chestHeightMm: 1175,
  waistHeightMm: 978,
  hipHeightMm: 826,
  armpitHeightMm: 1230,
  trochanterHeightMm: 845,
  kneeHeightMm: 452,
  wristHeightMm: 790,
  headBreadthMm: 147,
  cheekboneBreadthMm: 133,
  headLengthMm: 188,
  faceHeightMm: 113,
};

const GIRTHS = {
  chest: ['chestBreadthMm', 'chestDepthMm'],
  waist: ['waistBreadthMm', 'waistDepthMm'],
  hip: ['hipBreadthMm', 'hipDepthMm'],
} as const;

/** People whose trunks are ellipses, men a tenth larger; the girths are off by `girthNoise` of themselves. */
export function syntheticBodies(count: number, girthNoise: number): MeasuredPerson[] {
  const normal = seededNormal('bodies');
  return Array.from({ length: count }, (_, index) => {
    const sex = index % 2 === 0 ? 'female' : 'male';
    const larger = sex === 'male' ? 1.1 : 1;
    const inputs = Object.fromEntries(
      Object.entries(TYPICAL_WOMAN).map(([name, mm]) => [name, mm * larger * (1 + 0.06 * normal())]),
    ) as Record<BodyInput, number>;
    const girth = (target: keyof typeof GIRTHS) => {
      const [breadth, depth] = GIRTHS[target];
      return ellipsePerimeter(inputs[breadth] / 2, inputs[depth] / 2) * (1 + girthNoise * normal());
    };
    return {
      id: `body-${index}`,
      sex,
      inputs,
      sizes: {
        chest: girth('chest'),
        waist: girth('waist'),
        hip: girth('hip'),
        neck: 0.38 * girth('chest'),
        inseam: inputs.crotchHeightMm,
        shoulder: inputs.acromionBreadthMm,
        torso: inputs.napeHeightMm - inputs.waistHeightMm,
        sleeve: 0.49 * inputs.statureMm,
      },
    };
  });
}
