import { type CoachState, coach, initialCoachState, rearm } from '../guidance/coach.ts';
import { inspect } from '../guidance/inspect.ts';
import { resolveProfile } from '../guidance/profiles.ts';
import type { Coach } from './session/coach-port.ts';

/** The project's guidance behind the port. */
export const guidanceCoach: Coach = {
  initial: initialCoachState,
  advise(memory, frame, profile) {
    const { state, guidance } = coach(memory as CoachState, frame, profile);
    return { memory: state, guidance };
  },
  inspect,
  restartDwell: (memory) => rearm(memory as CoachState),
  profile: (selector, overrides) => resolveProfile(selector, undefined, overrides),
};
