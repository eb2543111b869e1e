import type { EvaluatedBucket, Evaluation } from './evaluation.ts';

/** A bucket of fewer people says more of these than of the model: it is not judged. */
export const LEAST_PEOPLE = 30;
export const MAX_WORSE_SHARE = 0.1;

export interface JudgedBucket extends Pick<EvaluatedBucket, 'kind' | 'name' | 'people'> {
  readonly case: string;
  readonly target: string;
  readonly baselineMaeMm: number;
  /** null where the candidate was not tried on them. */
  readonly candidateMaeMm: number | null;
  /** 0.15: the candidate errs by 15 % more; infinite where it was not tried. */
  readonly worseShare: number;
}

export interface PromotionJudgement {
  readonly allowed: boolean;
  /** Why not, the worst first. */
  readonly refusedFor: readonly JudgedBucket[];
  /** How many buckets were large enough to be judged. */
  readonly judged: number;
}

/**
 * Whether a candidate may take the place of what is in use: where no bucket of people is served worse by more than
 * `maxWorseShare` of its mean error, however much better the candidate is for others. Both have to be evaluations of the
 * same people under the same conditions. Pure.
 */
export function judgePromotion(
  baseline: Evaluation,
  candidate: Evaluation,
  maxWorseShare = MAX_WORSE_SHARE,
): PromotionJudgement {
  const tried = new Map(bucketsOf(candidate).map((one) => [one.key, one.bucket]));
  const judged = bucketsOf(baseline)
    .filter(({ bucket }) => bucket.people >= LEAST_PEOPLE)
    .map(({ key, title, target, bucket }): JudgedBucket => {
      const { kind, name, people, maeMm } = bucket;
      const candidateMaeMm = tried.get(key)?.maeMm ?? null;
      const worseShare = worseShareOf(maeMm, candidateMaeMm);
      return { case: title, target, kind, name, people, baselineMaeMm: maeMm, candidateMaeMm, worseShare };
    });
  const refusedFor = judged
    .filter(({ worseShare }) => worseShare > maxWorseShare)
    .sort((a, b) => b.worseShare - a.worseShare);
  return { allowed: refusedFor.length === 0, refusedFor, judged: judged.length };
}

/** For people: `waist of pear (64 people; trunk, pipeline): 12.1 → 13.9 mm, 15 % worse`. */
export function describeJudged(judged: JudgedBucket): string {
  const { target, kind, name, people, baselineMaeMm, candidateMaeMm, worseShare } = judged;
  const who = kind === 'all' ? 'everybody' : name;
  const head = `${target} of ${who} (${people} people; ${judged.case})`;
  if (candidateMaeMm === null) return `${head}: not evaluated`;
  return `${head}: ${baselineMaeMm.toFixed(1)} → ${candidateMaeMm.toFixed(1)} mm, ${Math.round(worseShare * 100)} % worse`;
}

function worseShareOf(baselineMm: number, candidateMm: number | null): number {
  if (candidateMm === null) return Number.POSITIVE_INFINITY;
  if (baselineMm === 0) return candidateMm === 0 ? 0 : Number.POSITIVE_INFINITY;
  return candidateMm / baselineMm - 1;
}

function bucketsOf({ cases }: Evaluation) {
  return cases.flatMap(({ title, targets }) =>
    targets.flatMap(({ target, buckets }) =>
      buckets.map((bucket) => ({
        key: [title, target, bucket.kind, bucket.name].join('|'),
        title,
        target,
        bucket,
      })),
    ),
  );
}
