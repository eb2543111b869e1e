import type { CoachFrame, Guidance } from '../../guidance/coach.ts';
import type { Inspection } from '../../guidance/inspect.ts';
import type { Profile } from '../../guidance/types.ts';
import type { Thresholds } from '../../protocol/checks.ts';
import type { FrameAnalysis } from '../../vision/types.ts';

/** JSON that only the coach reads; a session carries it from frame to frame and from node to node. */
export type CoachMemory = unknown;

/** Guidance as a session sees it. All pure. */
export interface Coach {
  readonly initial: CoachMemory;
  advise(
    memory: CoachMemory,
    frame: CoachFrame,
    profile: Profile,
  ): { memory: CoachMemory; guidance: Guidance };
  /** Judges a still: no memory, no dwell, and the hint at once. */
  inspect(analysis: FrameAnalysis, profile: Profile): Inspection;
  /** The memory with the dwell begun anew, after a capture or a rejected still. */
  restartDwell(memory: CoachMemory): CoachMemory;
  /** `face-skin` or `face-skin:strict` with overrides. Throws profile-unknown or thresholds-invalid. */
  profile(selector: string, overrides: Thresholds | undefined): Profile;
}
