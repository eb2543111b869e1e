import { describe, expect, it, test } from 'vitest';
import { evaluateOnAnsur } from '../../src/analysis/body/evaluation/evaluate-on-ansur.ts';
import { evaluateOnCaptures } from '../../src/analysis/body/evaluation/evaluate-on-captures.ts';
import type { EvaluatedBucket, Evaluation } from '../../src/analysis/body/evaluation/evaluation.ts';
import { evaluationReport } from '../../src/analysis/body/evaluation/evaluation-report.ts';
import { judgePromotion } from '../../src/analysis/body/evaluation/judge-promotion.ts';
import { trueShape } from '../../src/analysis/body/evaluation/true-shape.ts';
import { loadBodyRegressors } from '../../src/analysis/body/regressors/load-body-regressors.ts';
import { splitPeople } from '../../src/analysis/body/training/split-people.ts';
import { readEvaluations } from '../../src/cli/models/model-evaluations.ts';
import type { DatasetRecord } from '../../src/protocol/training-dataset.ts';
import { MODELS_FOLDER, openModels } from '../../src/vision/model-registry.ts';
import { syntheticBodies } from '../support/synthetic-bodies.ts';
import { datasetRecords } from '../support/training-dataset.ts';

const loaded = await loadBodyRegressors(MODELS_FOLDER);
const CONTENT = 'c'.repeat(64);
const GROUPS = [
  { monk: 2, count: 60, chestFactor: 1.05 },
  { monk: 5, count: 60, chestFactor: 1.03 },
  { monk: 9, count: 40, chestFactor: 0.98 },
];

function buckets(evaluation: Evaluation, target = 'chest', title = 'captures'): readonly EvaluatedBucket[] {
  const found = evaluation.cases.find((one) => one.title === title);
  return found?.targets.find((one) => one.target === target)?.buckets ?? [];
}

/** The same regressors, which say `factor` times the chest. */
function scaled(factor: number): typeof loaded {
  const regressors = structuredClone(loaded.regressors);
  for (const fit of Object.values(regressors.fits.pipeline)) {
    fit.targets.chest.weights[0]! += Math.log(factor);
  }
  return { ...loaded, regressors };
}

describe('on captures', () => {
  it('tells errors and biases of the whole and by skin tone, shape, sex, stature and size', async () => {
    const records = await datasetRecords(GROUPS);
    const evaluation = evaluateOnCaptures(loaded, { contentSha256: CONTENT, records });
    expect(evaluation).toMatchObject({
      model: loaded.identity,
      dataset: { kind: 'captures', people: 160 },
    });
    const found = buckets(evaluation);
    const named = (name: string) => found.find((bucket) => bucket.name === name)!;
    expect(found[0]).toMatchObject({ kind: 'all', people: 160 });
    expect(named('monk 1–3').people).toBe(60);
    expect(named('monk 4–6')).toMatchObject({ kind: 'skinTone', people: 60, cover: 1 });
    // What is said is 5 % too little of the ones, and 2 % too much of the others.
    expect(named('monk 1–3').biasMm).toBeCloseTo(-named('monk 1–3').maeMm, 6);
    expect(named('monk 7–10').biasMm).toBeCloseTo(named('monk 7–10').maeMm, 6);
    expect(named('monk 7–10').biasMm).toBeGreaterThan(10);
    for (const kind of ['skinTone', 'shape', 'sex', 'stature', 'size'] as const) {
      const people = found.filter((bucket) => bucket.kind === kind).reduce((sum, one) => sum + one.people, 0);
      expect(people, kind).toBe(160);
    }
    expect(buckets(evaluation, 'waist')).toEqual([]);
    expect(evaluationReport(evaluation)).toContain('skin tone: monk 7–10 | 40 |');
  });

  it('finds a candidate that is better on the whole and worse for dark skins', async () => {
    const records = await datasetRecords(GROUPS);
    const evaluate = (what: typeof loaded) => evaluateOnCaptures(what, { contentSha256: CONTENT, records });
    const [baseline, candidate] = [evaluate(loaded), evaluate(scaled(1.01))];
    const whole = ([all]: readonly EvaluatedBucket[]) => all!.maeMm;
    expect(whole(buckets(candidate))).toBeLessThan(whole(buckets(baseline)));
    const { allowed, refusedFor } = judgePromotion(baseline, candidate);
    expect(allowed).toBe(false);
    expect(refusedFor.map(({ name }) => name)).toContain('monk 7–10');
  });

  const record = async () => (await datasetRecords([{ monk: 2, count: 1, chestFactor: 1 }]))[0]!;
  test.each<[string, (one: DatasetRecord) => DatasetRecord]>([
    ['whose pictures gave no inputs', (one) => ({ ...one, inputs: null })],
    ['whose inputs are no human’s', (one) => ({ ...one, inputs: { ...one.inputs, statureMm: 9000 } })],
    [
      'of whom only a correction tells',
      (one) => ({ ...one, truthSources: { chest_circumference_cm: 'correction' } }),
    ],
    ['of whom nothing is known', (one) => ({ ...one, truth: {}, truthSources: {} })],
  ])('does not count people %s', async (_, change) => {
    const records = [change(await record())];
    expect(evaluateOnCaptures(loaded, { contentSha256: CONTENT, records }).dataset.people).toBe(0);
    const both = [await record(), change(await record())];
    expect(evaluateOnCaptures(loaded, { contentSha256: CONTENT, records: both }).dataset.people).toBe(1);
  });

  it('are other people where others are in a bucket', async () => {
    const records = await datasetRecords(GROUPS);
    const idOf = (of: readonly DatasetRecord[], contentSha256 = CONTENT) =>
      evaluateOnCaptures(loaded, { contentSha256, records: of }).dataset.id;
    expect(idOf(records)).toBe(idOf(structuredClone(records)));
    expect(idOf(records, 'd'.repeat(64))).not.toBe(idOf(records));
    const [first, ...others] = records;
    expect(idOf([{ ...first!, skinToneBucket: 'monk 7–10' }, ...others])).not.toBe(idOf(records));
  });
});

it('that lies beside the project’s regressors is of them', async () => {
  const { evaluations } = await readEvaluations(
    await openModels(MODELS_FOLDER),
    loaded.identity.name,
    loaded.identity.version,
  );
  const ansur = evaluations.find(({ dataset }) => dataset.kind === 'ansur');
  expect(ansur?.model).toEqual(loaded.identity);
});

describe('on measured people', () => {
  const split = splitPeople(syntheticBodies(400, 0.02));

  it('is the same each time, by sex, stature, size and true shape', () => {
    const evaluation = evaluateOnAnsur(loaded, split);
    expect(evaluateOnAnsur(loaded, split)).toEqual(evaluation);
    expect(evaluation.dataset).toMatchObject({ kind: 'ansur', people: split.test.length });
    expect(evaluation.cases.map(({ title }) => title)).toContain('trunk, pipeline, sex unknown');
    const found = buckets(evaluation, 'waist', 'trunk, pipeline');
    for (const kind of ['sex', 'stature', 'size', 'shape'] as const) {
      const people = found.filter((bucket) => bucket.kind === kind).reduce((sum, one) => sum + one.people, 0);
      expect(people, kind).toBe(split.test.length);
    }
    expect(judgePromotion(evaluation, evaluateOnAnsur(scaled(1.2), split)).refusedFor[0]).toMatchObject({
      target: 'chest',
    });
  });
});

describe('the true shape', () => {
  test.each([
    [{ chest_circumference_cm: 95, waist_circumference_cm: 66, hip_circumference_cm: 96 }, 'hourglass'],
    [{ chest_circumference_cm: 85, waist_circumference_cm: 75, hip_circumference_cm: 105 }, 'pear'],
    [{ chest_circumference_cm: 100, waist_circumference_cm: 110, hip_circumference_cm: 102 }, 'apple'],
    [{ chest_circumference_cm: 95, waist_circumference_cm: 82, hip_circumference_cm: 96 }, 'rectangle'],
    [{ chest_circumference_cm: 95, waist_circumference_cm: 82 }, null],
  ])('of %j is %s', (sizes, shape) => {
    expect(trueShape(sizes, 'female')).toBe(shape);
  });
});
