import { roundTo } from '../../../protocol/round-to.ts';
import type { BodyTarget } from '../regressors/body-targets.ts';
import type { BucketKind, EvaluatedBucket, EvaluatedCase } from './evaluation.ts';

/** What was said of one size of one person, and where the person belongs. */
export interface JudgedSize {
  readonly personId: string;
  readonly errorMm: number;
  readonly halfWidthMm: number;
  /** One bucket a kind; a kind that is not known of them is left out. */
  readonly buckets: Readonly<Partial<Record<Exclude<BucketKind, 'all'>, string>>>;
}

/** Names of buckets by kind, in the order in which people read them. */
export type BucketNames = readonly (readonly [kind: Exclude<BucketKind, 'all'>, names: readonly string[]])[];

/** A case of an evaluation: every target for the whole and by bucket; buckets that nobody is in are left out. */
export function summariseCase(
  title: string,
  sizes: readonly (readonly [target: BodyTarget, judged: readonly JudgedSize[]])[],
  names: BucketNames,
): EvaluatedCase {
  const targets = sizes
    .filter(([, judged]) => judged.length > 0)
    .map(([target, judged]) => ({
      target,
      buckets: [
        summarise('all', 'all', judged),
        ...names.flatMap(([kind, ofKind]) =>
          ofKind.flatMap((name) => {
            const held = judged.filter(({ buckets }) => buckets[kind] === name);
            return held.length === 0 ? [] : [summarise(kind, name, held)];
          }),
        ),
      ],
    }));
  return { title, targets };
}

function summarise(kind: BucketKind, name: string, judged: readonly JudgedSize[]): EvaluatedBucket {
  const meanOf = (figureOf: (one: JudgedSize) => number) =>
    judged.reduce((sum, one) => sum + figureOf(one), 0) / judged.length;
  return {
    kind,
    name,
    people: new Set(judged.map(({ personId }) => personId)).size,
    maeMm: roundTo(
      meanOf(({ errorMm }) => Math.abs(errorMm)),
      3,
    ),
    // No −0, which JSON does not know.
    biasMm:
      0 +
      roundTo(
        meanOf(({ errorMm }) => errorMm),
        3,
      ),
    cover: roundTo(
      meanOf(({ errorMm, halfWidthMm }) => Number(Math.abs(errorMm) <= halfWidthMm)),
      4,
    ),
  };
}
