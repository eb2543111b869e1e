import type { FrameAnalysis, FrameSubject } from '../vision/types.ts';
import { traceBody } from './body-trace.ts';
import { traceCard } from './card-trace.ts';
import { traceFace } from './face-trace.ts';
import { BODY_MEASURES } from './measures/body/body-measures.ts';
import { CARD_MEASURES } from './measures/card/card-measures.ts';
import { FACE_MEASURES } from './measures/face-measures.ts';
import type { Measure, Trace } from './types.ts';

/** What guidance needs to know of a kind of subject. */
export interface GuidedSubject {
  /** What should be mended first stands first; the very first one counts the subjects in view. */
  readonly measures: readonly Measure[];
  /** Whether there is one at all. */
  isThere(analysis: FrameAnalysis): boolean;
  trace(analysis: FrameAnalysis): Trace | null;
}

export const GUIDED_SUBJECTS: Readonly<Record<FrameSubject, GuidedSubject>> = {
  face: { measures: FACE_MEASURES, isThere: ({ face }) => face !== null, trace: traceFace },
  body: { measures: BODY_MEASURES, isThere: ({ body = null }) => body !== null, trace: traceBody },
  card: { measures: CARD_MEASURES, isThere: ({ card = null }) => card !== null, trace: traceCard },
};
