import type { FrameAnalysis } from '../vision/types.ts';
import type { Guidance } from './coach.ts';
import { evaluate } from './evaluate.ts';
import type { Profile } from './types.ts';

/** What one picture by itself deserves. */
export type Inspection = Pick<Guidance, 'verdict' | 'checks' | 'hint' | 'quality'>;

/** Judges a still: no memory, no dwell, and the hint at once. Pure. */
export function inspect(analysis: FrameAnalysis, profile: Profile): Inspection {
  const { verdict, checks, quality, fault } = evaluate({ analysis, previous: null, elapsedMs: 0 }, profile);
  return { verdict, checks, quality, hint: fault?.hint ?? null };
}
