import { describe, expect, it, test } from 'vitest';
import {
  type EvaluatedBucket,
  type Evaluation,
  formatEvaluation,
  parseEvaluation,
} from '../../src/analysis/body/evaluation/evaluation.ts';
import { judgeEvaluations } from '../../src/analysis/body/evaluation/judge-evaluations.ts';
import {
  describeJudged,
  judgePromotion,
  LEAST_PEOPLE,
} from '../../src/analysis/body/evaluation/judge-promotion.ts';

type Errors = Readonly<Record<string, number>>;

const WHOLE: Errors = { all: 18, pear: 17, apple: 20, 'monk 7–10': 19 };
const KINDS: Readonly<Record<string, EvaluatedBucket['kind']>> = {
  all: 'all',
  pear: 'shape',
  apple: 'shape',
  'monk 7–10': 'skinTone',
};

/** One target of one case; people by bucket where they are not 100. */
function evaluation(version: string, errors: Errors, people: Errors = {}): Evaluation {
  return {
    model: { name: 'body-regressors', version, sha256: version.repeat(8) },
    dataset: { kind: 'captures', id: 'the same people', people: 200 },
    conditions: 'as they are',
    cases: [
      {
        title: 'trunk',
        targets: [
          {
            target: 'waist',
            buckets: Object.entries(errors).map(([name, maeMm]) => ({
              kind: KINDS[name] ?? 'shape',
              name,
              people: people[name] ?? 100,
              maeMm,
              biasMm: 0,
              cover: 0.9,
            })),
          },
        ],
      },
    ],
  };
}

function judge(candidate: Errors, people: Errors = {}) {
  return judgePromotion(evaluation('1', WHOLE, people), evaluation('2', candidate, people));
}

describe('the gate', () => {
  it('lets a candidate through that is no worse for anybody', () => {
    expect(judge(WHOLE)).toEqual({ allowed: true, refusedFor: [], judged: 4 });
    expect(judge({ all: 12, pear: 12, apple: 12, 'monk 7–10': 12 }).allowed).toBe(true);
  });

  it('refuses one that is better on the whole and 15 % worse for one bucket, and names it', () => {
    const { allowed, refusedFor } = judge({ ...WHOLE, all: 14, pear: 13, 'monk 7–10': 1.15 * 19 });
    expect(allowed).toBe(false);
    expect(refusedFor).toHaveLength(1);
    expect(refusedFor[0]).toMatchObject({
      target: 'waist',
      kind: 'skinTone',
      name: 'monk 7–10',
      people: 100,
    });
    expect(refusedFor[0]?.worseShare).toBeCloseTo(0.15, 10);
    expect(describeJudged(refusedFor[0]!)).toBe(
      'waist of monk 7–10 (100 people; trunk): 19.0 → 21.8 mm, 15 % worse',
    );
  });

  test.each([
    [1.099, true],
    [1.101, false],
  ])('draws its line at a tenth: %d times the error', (factor, allowed) => {
    expect(judge({ ...WHOLE, apple: factor * 20 }).allowed).toBe(allowed);
  });

  it('takes another line where it is told to', () => {
    const [baseline, candidate] = [evaluation('1', WHOLE), evaluation('2', { ...WHOLE, apple: 21.5 })];
    expect(judgePromotion(baseline, candidate).allowed).toBe(true);
    expect(judgePromotion(baseline, candidate, 0.05).allowed).toBe(false);
  });

  it('does not judge by fewer people than tell something', () => {
    const worse = { ...WHOLE, apple: 40 };
    expect(judge(worse, { apple: LEAST_PEOPLE - 1 })).toMatchObject({ allowed: true, judged: 3 });
    expect(judge(worse, { apple: LEAST_PEOPLE })).toMatchObject({ allowed: false, judged: 4 });
  });

  it('refuses where a bucket was not tried, the worst first', () => {
    const { pear: _, ...without } = WHOLE;
    const { refusedFor } = judge({ ...without, apple: 30 });
    expect(refusedFor.map(({ name }) => name)).toEqual(['pear', 'apple']);
    expect(describeJudged(refusedFor[0]!)).toMatch(/pear.*not evaluated$/);
  });
});

describe('the gate over all evaluations', () => {
  const identity = (version: string) => evaluation(version, {}).model;
  const evaluated = (version: string, ...evaluations: Evaluation[]) => ({
    identity: identity(version),
    evaluations,
  });

  it('passes what nobody has ever evaluated', () => {
    expect(judgeEvaluations(evaluated('1'), evaluated('2'))).toEqual({ passed: true, judged: 0 });
  });

  it('judges every set of people that both were tried on', () => {
    const others = (version: string, errors: Errors): Evaluation => ({
      ...evaluation(version, errors),
      dataset: { kind: 'ansur', id: 'others', people: 10 },
    });
    const inUse = evaluated('1', evaluation('1', WHOLE), others('1', WHOLE));
    expect(judgeEvaluations(inUse, evaluated('2', evaluation('2', WHOLE)))).toMatchObject({ judged: 1 });
    expect(judgeEvaluations(inUse, evaluated('2', evaluation('2', WHOLE), others('2', WHOLE)))).toMatchObject(
      { passed: true, judged: 2 },
    );
    const verdict = judgeEvaluations(
      inUse,
      evaluated('2', evaluation('2', WHOLE), others('2', { ...WHOLE, pear: 30 })),
    );
    expect(verdict).toEqual({ passed: false, reasons: [expect.stringMatching(/pear.*76 % worse/)] });
  });

  test.each([
    ['the candidate', [evaluation('1', WHOLE)], []],
    ['the one in use', [], [evaluation('2', WHOLE)]],
    [
      'both on the same people',
      [evaluation('1', WHOLE)],
      [{ ...evaluation('2', WHOLE), dataset: { kind: 'captures', id: 'younger', people: 9 } } as Evaluation],
    ],
    [
      'both under the same conditions',
      [evaluation('1', WHOLE)],
      [{ ...evaluation('2', WHOLE), conditions: 'at night' }],
    ],
    ['this very file', [evaluation('1', WHOLE)], [evaluation('9', WHOLE)]],
  ])('refuses where nobody has evaluated %s', (_, ofInUse, ofCandidate) => {
    const verdict = judgeEvaluations(evaluated('1', ...ofInUse), evaluated('2', ...ofCandidate));
    expect(verdict).toEqual({
      passed: false,
      reasons: [expect.stringContaining('framegate models evaluate')],
    });
  });
});

describe('an evaluation', () => {
  it('is read as it was written', () => {
    const written = evaluation('1', WHOLE);
    expect(parseEvaluation(formatEvaluation(written))).toEqual(written);
  });

  test.each(['', '{}', '{"model":1}'])('is refused where the text is %j', (text) => {
    expect(() => parseEvaluation(text)).toThrow(expect.objectContaining({ code: 'model-invalid' }));
  });
});
