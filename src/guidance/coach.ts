import { type Check, type Hint, type MeasureId, PROFILE_SUBJECTS } from '../protocol/checks.ts';
import type { FrameAnalysis } from '../vision/types.ts';
import { type AdviserState, advise, initialAdviserState } from './adviser.ts';
import { type DwellState, initialDwellState, rearmDwell, stepDwell } from './dwell.ts';
import { evaluate } from './evaluate.ts';
import { GUIDED_SUBJECTS } from './guided-subject.ts';
import type { Profile, Trace } from './types.ts';

/** Everything guidance remembers of a session between frames. Plain JSON, so that another node can go on with it. */
export interface CoachState {
  /** What the last frame was told; null before the first. */
  readonly lastVerdict: 'pass' | 'adjust' | null;
  /** Measures that pass and may leave their band by their hysteresis before they count as a fault again. */
  readonly passing: readonly MeasureId[];
  readonly trace: Trace | null;
  /** The client's clock at the last frame. */
  readonly capturedAtMs: number | null;
  /** The node's clock at the last frame. Another node's clock may differ: only the first step after a move feels it. */
  readonly nowMs: number | null;
  readonly adviser: AdviserState;
  readonly dwell: DwellState;
}

export interface CoachFrame {
  readonly seq: number;
  readonly analysis: FrameAnalysis;
  /** The client's clock: time between frames is measured where they were taken. */
  readonly capturedAtMs: number;
  /** The node's clock: dwell and display times run on it. */
  readonly nowMs: number;
}

export interface Guidance {
  readonly verdict: 'pass' | 'adjust';
  readonly checks: readonly Check[];
  readonly hint: Hint | null;
  /** How much of the dwell has passed, 0..1. */
  readonly dwell: number;
  /** 0..100, to compare frames of one dwell. */
  readonly quality: number;
  /** The dwell's best frame so far; null while the verdict does not hold. */
  readonly bestSeq: number | null;
  /** The dwell is complete: now is the time to take the capture. Said once, until `rearm`. */
  readonly captureDue: boolean;
}

export const initialCoachState: CoachState = {
  lastVerdict: null,
  passing: [],
  trace: null,
  capturedAtMs: null,
  nowMs: null,
  adviser: initialAdviserState,
  dwell: initialDwellState,
};

/** Measures, judges and advises on one frame. Pure. Frames that were skipped are simply not shown to it. */
export function coach(
  state: CoachState,
  frame: CoachFrame,
  profile: Profile,
): { state: CoachState; guidance: Guidance } {
  const input = {
    analysis: frame.analysis,
    previous: state.trace,
    elapsedMs: state.capturedAtMs === null ? 0 : frame.capturedAtMs - state.capturedAtMs,
  };
  const evaluation = evaluate(input, profile, state.passing);
  const elapsedMs = state.nowMs === null ? 0 : Math.max(0, frame.nowMs - state.nowMs);
  const adviser = advise(state.adviser, { fault: evaluation.fault, elapsedMs });
  const dwell = stepDwell(
    state.dwell,
    {
      seq: frame.seq,
      passes: evaluation.verdict === 'pass',
      subjectThere: evaluation.subjectThere,
      quality: evaluation.quality,
      elapsedMs,
    },
    profile.dwellMs,
  );
  return {
    state: {
      lastVerdict: evaluation.verdict,
      passing: evaluation.passing,
      trace: GUIDED_SUBJECTS[PROFILE_SUBJECTS[profile.name]].trace(frame.analysis),
      capturedAtMs: frame.capturedAtMs,
      nowMs: frame.nowMs,
      adviser: adviser.state,
      dwell: dwell.state,
    },
    guidance: {
      verdict: evaluation.verdict,
      checks: evaluation.checks,
      hint: adviser.hint,
      dwell: dwell.progress,
      quality: evaluation.quality,
      bestSeq: dwell.bestSeq,
      captureDue: dwell.captureDue,
    },
  };
}

/** After a capture was taken, rejected or given up: the next one needs a dwell of its own. */
export function rearm(state: CoachState): CoachState {
  return { ...state, dwell: rearmDwell() };
}
