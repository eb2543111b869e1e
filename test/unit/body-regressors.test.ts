import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import {
  BODY_INPUT_NAMES,
  BODY_INPUTS,
  BODY_TIERS,
  type BodyInputs,
  TIER_INPUTS,
} from '../../src/analysis/body/regressors/body-inputs.ts';
import { MEASURINGS, parseBodyRegressors } from '../../src/analysis/body/regressors/body-regressors.ts';
import { BODY_TARGET_NAMES } from '../../src/analysis/body/regressors/body-targets.ts';
import {
  BODY_REGRESSORS_FILE,
  loadBodyRegressors,
} from '../../src/analysis/body/regressors/load-body-regressors.ts';
import { predictBodySizes } from '../../src/analysis/body/regressors/predict-body-sizes.ts';
import { ellipsePerimeter } from '../../src/analysis/body/training/plain-linear-fit.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import { TYPICAL_WOMAN } from '../support/synthetic-bodies.ts';

const { regressors, identity } = await loadBodyRegressors(MODELS_FOLDER);

const CASES = MEASURINGS.flatMap((measuring) => BODY_TIERS.map((tier) => ({ measuring, tier })));

function inputsOf(tier: (typeof BODY_TIERS)[number]): BodyInputs {
  const names: readonly string[] = TIER_INPUTS[tier];
  return Object.fromEntries(
    Object.entries(TYPICAL_WOMAN).filter(([name]) => names.includes(name)),
  ) as unknown as BodyInputs;
}

describe('the fitted file', () => {
  it('is small, and says what it is', async () => {
    expect((await stat(join(MODELS_FOLDER, BODY_REGRESSORS_FILE))).size).toBeLessThan(300_000);
    expect(identity).toEqual({
      name: 'body-regressors',
      version: '1.0.0',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('is refused where a part is missing, a weight too many, or no JSON', async () => {
    const text = await readFile(join(MODELS_FOLDER, BODY_REGRESSORS_FILE), 'utf8');
    const changed = (change: (file: ReturnType<typeof parseBodyRegressors>) => void) => {
      const file = JSON.parse(text) as ReturnType<typeof parseBodyRegressors>;
      change(file);
      return JSON.stringify(file);
    };
    const refused = { code: 'model-invalid' };
    expect(() => parseBodyRegressors('{')).toThrow(expect.objectContaining(refused));
    expect(() =>
      parseBodyRegressors(changed((file) => file.fits.exact.trunk.targets.neck.weights.push(1))),
    ).toThrow(expect.objectContaining({ ...refused, message: expect.stringContaining('exact, trunk') }));
    expect(() =>
      parseBodyRegressors(changed((file) => Reflect.deleteProperty(file.scales, 'kneeHeightMm'))),
    ).toThrow(expect.objectContaining({ ...refused, message: expect.stringContaining('kneeHeightMm') }));
    expect(parseBodyRegressors(text)).toEqual(regressors);
  });

  it('is missing with a code', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'framegate-models-'));
    try {
      await expect(loadBodyRegressors(empty)).rejects.toMatchObject({ code: 'model-missing' });
    } finally {
      rmSync(empty, { recursive: true });
    }
  });
});

describe.each(CASES)('$tier, $measuring', ({ measuring, tier }) => {
  const inputs = inputsOf(tier);
  const woman = predictBodySizes(regressors, inputs, { sex: 'female', measuring });
  const man = predictBodySizes(regressors, inputs, { sex: 'male', measuring });
  const anyone = predictBodySizes(regressors, inputs, { measuring });

  it('gives millimetres near the ellipses of breadth and depth', () => {
    expect(woman.tier).toBe(tier);
    expect(woman.beyondFitted).toEqual([]);
    const ratioOf = (target: 'chest' | 'waist' | 'hip', breadth: number, depth: number) =>
      woman.sizes[target].valueMm / ellipsePerimeter(breadth / 2, depth / 2);
    for (const ratio of [
      ratioOf('chest', inputs.chestBreadthMm, inputs.chestDepthMm),
      ratioOf('waist', inputs.waistBreadthMm, inputs.waistDepthMm),
      ratioOf('hip', inputs.hipBreadthMm, inputs.hipDepthMm),
    ]) {
      expect(ratio).toBeGreaterThan(0.95);
      expect(ratio).toBeLessThan(1.25);
    }
    expect(woman.sizes.neck.valueMm).toBeGreaterThan(290);
    expect(woman.sizes.neck.valueMm).toBeLessThan(380);
  });

  test.each([
    ['waist', 'waistBreadthMm'],
    ['waist', 'waistDepthMm'],
    ['hip', 'hipBreadthMm'],
    ['hip', 'hipDepthMm'],
    ['chest', 'chestBreadthMm'],
    ['chest', 'chestDepthMm'],
  ] as const)('%s grows with %s', (target, name) => {
    const sizes = [0.9, 0.95, 1, 1.05, 1.1].map(
      (factor) =>
        predictBodySizes(
          regressors,
          { ...inputs, [name]: inputs[name] * factor },
          { sex: 'female', measuring },
        ).sizes[target].valueMm,
    );
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes.at(-1)! - sizes[0]!).toBeGreaterThan(20);
  });

  it('lies between both sexes where none is told', () => {
    expect([woman.maleProbability, man.maleProbability]).toEqual([0, 1]);
    for (const target of BODY_TARGET_NAMES) {
      const [least, most] = [woman, man].map(({ sizes }) => sizes[target].valueMm).sort((a, b) => a - b) as [
        number,
        number,
      ];
      expect(anyone.sizes[target].valueMm).toBeGreaterThanOrEqual(least);
      expect(anyone.sizes[target].valueMm).toBeLessThanOrEqual(most);
    }
  });

  it('has intervals that a person can use', () => {
    for (const target of ['chest', 'waist', 'hip', 'neck', 'torso', 'sleeve'] as const) {
      expect(woman.sizes[target].halfWidthMm).toBeGreaterThan(10);
      expect(woman.sizes[target].halfWidthMm).toBeLessThan(60);
    }
  });
});

describe('what is told and measured', () => {
  const waistWidth = (inputs: BodyInputs, measuring: (typeof MEASURINGS)[number]) =>
    predictBodySizes(regressors, inputs, { sex: 'female', measuring }).sizes.waist.halfWidthMm;

  it('is believed less out of pictures, which is the default, and more with the whole outline', () => {
    const [trunk, outline] = [inputsOf('trunk'), inputsOf('outline')];
    expect(waistWidth(trunk, 'pipeline')).toBeGreaterThan(waistWidth(trunk, 'exact'));
    expect(waistWidth(outline, 'exact')).toBeLessThan(waistWidth(trunk, 'exact'));
    expect(predictBodySizes(regressors, trunk)).toEqual(
      predictBodySizes(regressors, trunk, { measuring: 'pipeline' }),
    );
  });

  it('falls back to the poorer tier where one input is missing', () => {
    const { kneeHeightMm: _, ...withoutKnee } = TYPICAL_WOMAN;
    expect(predictBodySizes(regressors, withoutKnee)).toEqual(
      predictBodySizes(regressors, inputsOf('shoulders')),
    );
  });

  it('names inputs that nobody had of whom it was fitted', () => {
    const { beyondFitted } = predictBodySizes(regressors, { ...TYPICAL_WOMAN, waistBreadthMm: 520 });
    expect(beyondFitted).toEqual(['waistBreadthMm']);
  });
});

describe('inputs that are no human’s', () => {
  const trunk = inputsOf('trunk');

  test.each(BODY_INPUT_NAMES)('%s in centimetres, far too large, or no number', (name) => {
    const refused = expect.objectContaining({
      code: 'body-measure-implausible',
      message: expect.stringContaining(name),
    });
    const wrong = [TYPICAL_WOMAN[name] / 10, BODY_INPUTS[name].highestMm + 1, Number.NaN, -1];
    for (const value of wrong) {
      expect(() => predictBodySizes(regressors, { ...TYPICAL_WOMAN, [name]: value })).toThrow(refused);
    }
  });

  it('are all named, and so are missing ones', () => {
    const { statureMm: _, ...withoutStature } = { ...trunk, waistDepthMm: 21.5 };
    expect(() => predictBodySizes(regressors, withoutStature as BodyInputs)).toThrow(
      'waistDepthMm is 21.5, not 100 to 600; statureMm is missing',
    );
  });
});
