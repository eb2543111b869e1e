import { BODY_INPUT_NAMES } from '../../../src/analysis/body/regressors/body-inputs.ts';
import { forEachTarget } from '../../../src/analysis/body/regressors/body-targets.ts';
import { type MeasuredPerson, readAnsur } from '../../../src/analysis/body/training/read-ansur.ts';
import { splitPeople } from '../../../src/analysis/body/training/split-people.ts';
import type { SceneBody } from '../../../src/synthetic/body/body-scene.ts';

/** A body to render, and the tape's sizes of the person whose breadths and depths it has; null for made-up ones. */
export interface FigureShape {
  readonly body: SceneBody;
  readonly person: Pick<MeasuredPerson, 'sex' | 'sizes'> | null;
}

/** The legs of a figure end below its hips' section. */
const MAX_INSEAM_SHARE = 0.5;

/**
 * Bodies with the breadths and depths of people whom no fit has seen, evenly over their statures: what is measured of
 * them can be held against the person's own tape. The figure's sections are no people's: their perimeter is less than
 * the tape's of the same breadth and depth, by a tenth at the chest.
 */
export async function peopleShapes(ansur: string, count: number): Promise<FigureShape[]> {
  const { test } = splitPeople(await readAnsur(ansur));
  const sorted = test.toSorted((a, b) => a.inputs.statureMm - b.inputs.statureMm);
  return Array.from({ length: count }, (_, i) => {
    const person = sorted[Math.round((i * (sorted.length - 1)) / Math.max(1, count - 1))]!;
    return { body: bodyOf(person), person };
  });
}

function bodyOf({ inputs, sizes }: MeasuredPerson): SceneBody {
  const cm = Object.fromEntries(BODY_INPUT_NAMES.map((name) => [name, inputs[name] / 10])) as Record<
    (typeof BODY_INPUT_NAMES)[number],
    number
  >;
  const sizesCm = forEachTarget((target) => sizes[target] / 10);
  const neckCm = sizesCm.neck / Math.PI;
  return {
    statureCm: cm.statureMm,
    neck: { breadthCm: neckCm, depthCm: neckCm },
    chest: { breadthCm: cm.chestBreadthMm, depthCm: cm.chestDepthMm },
    waist: { breadthCm: cm.waistBreadthMm, depthCm: cm.waistDepthMm },
    hip: { breadthCm: cm.hipBreadthMm, depthCm: cm.hipDepthMm },
    shoulderBreadthCm: cm.acromionBreadthMm,
    inseamCm: Math.min(cm.crotchHeightMm, MAX_INSEAM_SHARE * cm.statureMm),
    armLengthCm: cm.acromionHeightMm - cm.wristHeightMm,
  };
}

/** Bodies from 1.5 to 2.0 m, from slight to large, by proportion: for machines without ANSUR II. */
export function madeUpShapes(count: number): FigureShape[] {
  return Array.from({ length: count }, (_, i) => {
    const statureCm = 150 + (50 * i) / Math.max(1, count - 1);
    // Sizes in an order that has nothing to do with the stature.
    const build = ((i * 7) % Math.max(1, count)) / Math.max(1, count - 1);
    const section = (breadthShare: number, depthShare: number) => ({
      breadthCm: breadthShare * statureCm,
      depthCm: depthShare * statureCm,
    });
    return {
      person: null,
      body: {
        statureCm,
        neck: null,
        chest: section(0.15 + 0.04 * build, 0.125 + 0.05 * build),
        waist: section(0.15 + 0.07 * build, 0.11 + 0.08 * build),
        hip: section(0.185 + 0.045 * build, 0.125 + 0.05 * build),
        shoulderBreadthCm: null,
        inseamCm: null,
        armLengthCm: null,
      },
    };
  });
}
