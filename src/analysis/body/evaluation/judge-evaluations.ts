import type { ModelIdentity } from '../../../protocol/records.ts';
import type { Evaluation } from './evaluation.ts';
import { describeJudged, judgePromotion } from './judge-promotion.ts';

export interface Evaluated {
  readonly identity: ModelIdentity;
  /** All that lie beside it. */
  readonly evaluations: readonly Evaluation[];
}

export type GateVerdict =
  /** `judged`: on how many sets of people; none where neither version was ever evaluated. */
  | { readonly passed: true; readonly judged: number }
  | { readonly passed: false; readonly reasons: readonly string[] };

/**
 * Holds a version against the one in use, on every set of people that both were tried on. Where one of them has an
 * evaluation, there has to be such a set: nobody passes the gate by not being looked at. Pure.
 */
export function judgeEvaluations(inUse: Evaluated, candidate: Evaluated): GateVerdict {
  const ofInUse = evaluationsOfFile(inUse);
  const ofCandidate = evaluationsOfFile(candidate);
  if (inUse.evaluations.length === 0 && candidate.evaluations.length === 0)
    return { passed: true, judged: 0 };
  const pairs = ofInUse.flatMap((baseline) => {
    const same = ofCandidate.find(
      ({ dataset, conditions }) => dataset.id === baseline.dataset.id && conditions === baseline.conditions,
    );
    return same === undefined ? [] : [{ baseline, same }];
  });
  if (pairs.length === 0) {
    const versions = `${inUse.identity.version} and ${candidate.identity.version}`;
    const reason = `${versions} were never tried on the same people; \`framegate models evaluate\` does it`;
    return { passed: false, reasons: [reason] };
  }
  const reasons = pairs.flatMap(({ baseline, same }) =>
    judgePromotion(baseline, same).refusedFor.map(describeJudged),
  );
  return reasons.length === 0 ? { passed: true, judged: pairs.length } : { passed: false, reasons };
}

/** What was made of another file says nothing of this one. */
function evaluationsOfFile({ identity, evaluations }: Evaluated): readonly Evaluation[] {
  return evaluations.filter(({ model }) => model.name === identity.name && model.sha256 === identity.sha256);
}
