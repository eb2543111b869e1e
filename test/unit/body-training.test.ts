import { describe, expect, it, test } from 'vitest';
import { parseBodyRegressors } from '../../src/analysis/body/regressors/body-regressors.ts';
import { halfWidthOf } from '../../src/analysis/body/regressors/predict-body-sizes.ts';
import { evaluateRegressors } from '../../src/analysis/body/training/evaluate-regressors.ts';
import { conformalFactor, fitInterval } from '../../src/analysis/body/training/fit-intervals.ts';
import { DEFAULT_NOISE, measureAgain } from '../../src/analysis/body/training/measure-again.ts';
import { createNormalEquations } from '../../src/analysis/body/training/normal-equations.ts';
import { parseAnsur, readAnsur } from '../../src/analysis/body/training/read-ansur.ts';
import { seededNormal } from '../../src/analysis/body/training/seeded-normal.ts';
import { splitPeople } from '../../src/analysis/body/training/split-people.ts';
import {
  bucketsOf,
  summariseOutcomes,
  worstRatio,
} from '../../src/analysis/body/training/summarise-outcomes.ts';
import { trainRegressors } from '../../src/analysis/body/training/train-regressors.ts';
import { syntheticBodies, TYPICAL_WOMAN } from '../support/synthetic-bodies.ts';

const bodies = syntheticBodies(800, 0.02);

describe('splitting', () => {
  it('puts each person in one place, the same whoever else is there', () => {
    const { folds, test: held } = splitPeople(bodies);
    const ids = [...folds.flat(), ...held].map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set(bodies.map(({ id }) => id)));
    expect(ids).toHaveLength(bodies.length);
    expect(held.length / bodies.length).toBeGreaterThan(0.15);
    expect(held.length / bodies.length).toBeLessThan(0.25);
    const half = bodies.filter((_, index) => index % 3 === 0).reverse();
    const heldOfHalf = splitPeople(half).test.map(({ id }) => id);
    expect(new Set(heldOfHalf)).toEqual(
      new Set(held.filter((person) => half.includes(person)).map(({ id }) => id)),
    );
  });
});

describe('measuring again', () => {
  const person = { id: 'somebody', inputs: TYPICAL_WOMAN };

  it('errs as told, and the same way for the same round', () => {
    expect(measureAgain(person, DEFAULT_NOISE, '1')).toEqual(measureAgain(person, DEFAULT_NOISE, '1'));
    const errors = Array.from({ length: 2000 }, (_, round) => {
      const { statureMm } = measureAgain(person, DEFAULT_NOISE, String(round));
      return statureMm - TYPICAL_WOMAN.statureMm;
    });
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
    expect(deviation).toBeGreaterThan(0.95 * Math.hypot(0.015 * TYPICAL_WOMAN.statureMm, 6));
    expect(deviation).toBeLessThan(1.05 * Math.hypot(0.015 * TYPICAL_WOMAN.statureMm, 6));
  });

  it('moves all inputs alike where the error is the scale’s', () => {
    const inputs = measureAgain(person, { scaleShare: 0.1, ownShare: 0, ownMm: 0 }, '1');
    const ratios = Object.entries(TYPICAL_WOMAN).map(
      ([name, mm]) => inputs[name as keyof typeof inputs] / mm,
    );
    expect(Math.max(...ratios) - Math.min(...ratios)).toBeLessThan(1e-9);
    expect(Math.abs(ratios[0]! - 1)).toBeGreaterThan(0.001);
  });
});

test('normal equations find the plane through exact values, and weigh samples', () => {
  const equations = createNormalEquations(3, 2);
  const normal = seededNormal('plane');
  for (let i = 0; i < 50; i++) {
    const [a, b] = [normal(), normal()];
    equations.add([1, a, b], 1 + (i % 3), [2 + 3 * a - b, 7]);
  }
  const plane = Array.from(equations.solve(0, 0));
  for (const [i, wanted] of [2, 3, -1].entries()) expect(plane[i]).toBeCloseTo(wanted, 9);
  expect(equations.solve(0, 1000)[1]).toBeLessThan(1);
  const weighed = createNormalEquations(1, 1);
  weighed.add([1], 3, [0]);
  weighed.add([1], 1, [8]);
  expect(weighed.solve(0, 0)[0]).toBeCloseTo(2, 9);
});

describe('intervals', () => {
  it('take the rank that counts one person more', () => {
    const ratios = Array.from({ length: 100 }, (_, i) => i + 1);
    expect(conformalFactor(ratios)).toBe(91);
    expect(conformalFactor([1, 2])).toBe(2);
  });

  it('cover nine of ten others, and widen where errors grow faster than sizes', () => {
    const normal = seededNormal('errors');
    const draw = () => {
      const valueMm = 900 + 100 * normal();
      return { valueMm, errorMm: 10 * (valueMm / 900) ** 3 * normal() };
    };
    const interval = fitInterval(Array.from({ length: 4000 }, draw));
    const others = Array.from({ length: 4000 }, draw);
    const covered = others.filter(
      ({ valueMm, errorMm }) => Math.abs(errorMm) <= halfWidthOf(interval, valueMm),
    );
    expect(covered.length / others.length).toBeGreaterThan(0.88);
    expect(covered.length / others.length).toBeLessThan(0.92);
    expect(halfWidthOf(interval, 1100) / halfWidthOf(interval, 800)).toBeGreaterThan(1.8);
  });
});

describe('training on bodies of ellipses', () => {
  const { folds: tenths, test: held } = splitPeople(bodies);
  // Three fits in place of eleven.
  const folds = [tenths.slice(0, 5).flat(), tenths.slice(5).flat()];
  const trained = trainRegressors(folds, { version: 'test', noise: DEFAULT_NOISE });
  const regressors = parseBodyRegressors(JSON.stringify(trained));

  it('finds what is to be found: errors as large as the noise of the truth', () => {
    const { chest } = evaluateRegressors(regressors, held, {
      tier: 'trunk',
      measuring: 'exact',
      noise: null,
      isSexTold: true,
    });
    const { maeMm, biasMm, cover } = summariseOutcomes(chest);
    // 2 % of about 850 mm, times √(2/π).
    expect(maeMm).toBeLessThan(1.15 * 0.02 * 850 * 0.798);
    expect(Math.abs(biasMm)).toBeLessThan(4);
    expect(cover).toBeGreaterThan(0.84);
    expect(cover).toBeLessThan(0.96);
  });

  it('gives the same file for the same people', () => {
    const again = trainRegressors(folds, { version: 'test', noise: DEFAULT_NOISE });
    expect(JSON.stringify(again)).toBe(JSON.stringify(trained));
  });
});

describe('buckets', () => {
  it('hold each person once a kind, and show the worst of them', () => {
    for (const kind of ['sex', 'stature', 'size', 'ownSize'] as const) {
      const buckets = bucketsOf('waist', bodies).filter((bucket) => bucket.kind === kind);
      for (const person of bodies) {
        expect(buckets.filter((bucket) => bucket.holds(person))).toHaveLength(1);
      }
      const counts = buckets.map((bucket) => bodies.filter((person) => bucket.holds(person)).length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThan(10);
    }
    const outcomes = bodies.map((person) => ({
      person,
      valueMm: 0,
      halfWidthMm: 0,
      errorMm: person.sex === 'male' ? 3 : -1,
    }));
    expect(worstRatio(outcomes, bucketsOf('waist', bodies).slice(0, 2))).toBeCloseTo(1.5, 9);
  });
});

describe('reading ANSUR', () => {
  const columns = [
    'SubjectId,chestbreadth,chestdepth,waistbreadth,waistdepth,hipbreadth,buttockdepth,stature,bideltoidbreadth',
    'biacromialbreadth,crotchheight,acromialheight,cervicaleheight,chestheight,waistheightomphalion,buttockheight',
    'axillaheight,trochanterionheight,kneeheightmidpatella,wristheight,headbreadth,bizygomaticbreadth,headlength',
    'mentonsellionlength,chestcircumference,waistcircumference,buttockcircumference,neckcircumference',
    'waistbacklength,sleevelengthspinewrist,Gender',
  ]
    .join(',')
    .split(',');
  const cells = columns.map((_, index) => String(1000 + index));
  const fileOf = (names: readonly string[], row: readonly string[]) =>
    `${names.join(',')}\r\n${row.join(',')}\r\n`;
  const refused = (what: string) =>
    expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining(what) });

  it('finds inputs and sizes by their columns, wherever these stand', () => {
    const [person] = parseAnsur(fileOf(columns, cells), 'female');
    expect(person).toMatchObject({
      id: '1000',
      sex: 'female',
      inputs: { chestBreadthMm: 1001, hipDepthMm: 1006, faceHeightMm: 1023 },
      sizes: { chest: 1024, inseam: 1010, shoulder: 1009, sleeve: 1029 },
    });
    expect(parseAnsur(fileOf(columns.toReversed(), cells.toReversed()), 'female')).toEqual([person]);
  });

  it('refuses a file without a column, and a size that is none', () => {
    const without = columns.map((name) => (name === 'headlength' ? 'other' : name));
    expect(() => parseAnsur(fileOf(without, cells), 'male')).toThrow(refused('no column headlength'));
    for (const wrong of ['', '0', 'x', '-5']) {
      const row = cells.map((cell, index) => (columns[index] === 'stature' ? wrong : cell));
      expect(() => parseAnsur(fileOf(columns, row), 'male')).toThrow(refused('no size of stature in row 2'));
    }
  });

  it('says where the files were looked for', async () => {
    await expect(readAnsur('/nowhere')).rejects.toMatchObject({
      code: 'dependency-missing',
      message: expect.stringContaining('/nowhere/ANSUR_II_FEMALE_Public.csv'),
    });
  });
});
