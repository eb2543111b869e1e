import {
  type Check,
  type CheckStatus,
  type MeasureId,
  PROFILE_SUBJECTS,
  type Threshold,
} from '../protocol/checks.ts';
import { roundTo } from '../protocol/round-to.ts';
import type { Fault } from './adviser.ts';
import { isWithin } from './band-score.ts';
import { GUIDED_SUBJECTS } from './guided-subject.ts';
import type { Measure, MeasureInput, Profile, Verdict } from './types.ts';

export interface Evaluation extends Verdict {
  /** The most urgent thing to mend; null when the verdict is `pass`. */
  readonly fault: Fault | null;
  /** Measures that pass; given to the next frame's evaluation they have their hysteresis. */
  readonly passing: readonly MeasureId[];
  /** What the profile guides is in view, once. */
  readonly subjectThere: boolean;
}

/** What an unknown value is worth when frames are compared. */
const UNKNOWN_SCORE = 50;

function statusOf(
  measure: Measure,
  value: number | null,
  score: number,
  threshold: Threshold,
  held: boolean,
): CheckStatus {
  if (value === null) return 'unknown';
  if (isWithin(value, threshold, held ? measure.hysteresis : 0)) return 'pass';
  return score > 0 ? 'adjust' : 'fail';
}

/**
 * Judges one frame by a profile: every measure that counts, whether the frame passes, and what to mend first.
 * A measure of `held` (those that passed on the frame before) may leave its band by its hysteresis before it is a fault; to
 * come in it has to be in the band proper. Without `held` every threshold is taken as it stands. Pure.
 */
export function evaluate(input: MeasureInput, profile: Profile, held: readonly MeasureId[] = []): Evaluation {
  const subject = GUIDED_SUBJECTS[PROFILE_SUBJECTS[profile.name]];
  const counted = subject.measures[0]?.id;
  const checks: Check[] = [];
  const passing: MeasureId[] = [];
  let fault: Fault | null = null;
  let weights = 0;
  let weighted = 0;
  for (const measure of subject.measures) {
    const threshold = profile.thresholds[measure.id];
    if (threshold === undefined) continue;
    const read = measure.read(input);
    const value = read !== null && Number.isFinite(read) ? read : null;
    const score = value === null ? UNKNOWN_SCORE : measure.score(value, threshold);
    const status = statusOf(measure, value, score, threshold, held.includes(measure.id));
    checks.push({
      id: measure.id,
      value: value === null ? null : roundTo(value, 4),
      unit: measure.unit,
      score: value === null ? 0 : roundTo(score, 1),
      status,
    });
    weights += measure.weight;
    weighted += measure.weight * score;
    if (status === 'pass') passing.push(measure.id);
    else if (status !== 'unknown' || measure.blocksWhenUnknown) {
      // What is there but cannot be measured has no direction to be sent in.
      const hint = value === null ? { code: 'hold-still' as const } : measure.hint(value, threshold, input);
      fault ??= { measure: measure.id, hint };
    }
  }
  const isThere = subject.isThere(input.analysis);
  const counts = counted !== undefined && profile.thresholds[counted] !== undefined;
  return {
    verdict: fault === null ? 'pass' : 'adjust',
    checks,
    quality: !isThere || weights === 0 ? 0 : weighted / weights,
    fault,
    passing,
    subjectThere: isThere && (!counts || passing.includes(counted)),
  };
}
