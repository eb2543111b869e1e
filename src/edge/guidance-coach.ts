import { type CoachState, coach, initialCoachState, rearm } from '../guidance/coach.ts';
import { evaluate } from '../guidance/evaluate.ts';
import { resolveProfile } from '../guidance/profiles.ts';
import type { Coach } from './session/coach-port.ts';

/** The project's guidance behind the port. */
export const guidanceCoach: Coach = {
  initial: initialCoachState,
  advise(memory, frame, profile) {
    const { state, guidance } = coach(memory as CoachState, frame, profile);
    return { memory: state, guidance };
  },
  inspect(analysis, profile) {
    const { verdict, checks, quality, fault } = evaluate({ analysis, previous: null, elapsedMs: 0 }, profile);
    return { verdict, checks, quality, hint: fault?.hint ?? null };
  },
  restartDwell: (memory) => rearm(memory as CoachState),
  profile: (selector, overrides) => resolveProfile(selector, undefined, overrides),
};
