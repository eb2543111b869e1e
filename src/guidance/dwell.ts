/** How long a good view has held, and which of its frames was the best. All times are passed in as differences. */
export interface DwellState {
  /** Time between passing frames of this dwell. */
  readonly heldMs: number;
  readonly passingFrames: number;
  /** Time since the last passing frame of this dwell. */
  readonly lapsedMs: number;
  readonly bestSeq: number | null;
  readonly bestQuality: number;
  /** The capture was announced and `rearmDwell` has not been called since. */
  readonly announced: boolean;
}

export interface DwellFrame {
  readonly seq: number;
  readonly passes: boolean;
  /** Exactly one of what is guided is in view. */
  readonly subjectThere: boolean;
  readonly quality: number;
  /** Since the previous frame. */
  readonly elapsedMs: number;
}

/**
 * A blink takes 100 to 400 ms of which the eyes are shut for about half, and should not cost a dwell. A lapse is
 * measured from the last passing frame to the last failing one; its time does not count as held.
 */
export const LAPSE_TOLERANCE_MS = 300;

/** With no frame for longer than this nobody knows what the person did. */
export const LONGEST_GAP_MS = 600;

/** On a slow link a dwell of two frames would say little about holding still. */
export const FEWEST_PASSING_FRAMES = 3;

export const initialDwellState: DwellState = {
  heldMs: 0,
  passingFrames: 0,
  lapsedMs: 0,
  bestSeq: null,
  bestQuality: 0,
  announced: false,
};

/** The state after a capture was taken or rejected: a new dwell from nothing. */
export function rearmDwell(): DwellState {
  return initialDwellState;
}

function broken(state: DwellState): DwellState {
  return { ...initialDwellState, announced: state.announced };
}

/** Carries the dwell on to the next frame. */
function next(state: DwellState, frame: DwellFrame): DwellState {
  const standing = frame.elapsedMs > LONGEST_GAP_MS ? broken(state) : state;
  if (!frame.passes) {
    if (!frame.subjectThere || standing.passingFrames === 0) return broken(standing);
    const lapsedMs = standing.lapsedMs + frame.elapsedMs;
    return lapsedMs > LAPSE_TOLERANCE_MS ? broken(standing) : { ...standing, lapsedMs };
  }
  const first = standing.passingFrames === 0;
  const better = first || frame.quality > standing.bestQuality;
  return {
    heldMs: first || standing.lapsedMs > 0 ? standing.heldMs : standing.heldMs + frame.elapsedMs,
    passingFrames: standing.passingFrames + 1,
    lapsedMs: 0,
    bestSeq: better ? frame.seq : standing.bestSeq,
    bestQuality: better ? frame.quality : standing.bestQuality,
    announced: standing.announced,
  };
}

/** One step. `captureDue` is true on the one frame that completes the dwell, and then not before `rearmDwell`. */
export function stepDwell(
  state: DwellState,
  frame: DwellFrame,
  dwellMs: number,
): { state: DwellState; progress: number; bestSeq: number | null; captureDue: boolean } {
  const stepped = next(state, frame);
  const byTime = dwellMs > 0 ? stepped.heldMs / dwellMs : 1;
  const progress = Math.min(1, byTime, stepped.passingFrames / FEWEST_PASSING_FRAMES);
  const captureDue = frame.passes && progress >= 1 && !stepped.announced;
  return {
    state: captureDue ? { ...stepped, announced: true } : stepped,
    progress,
    bestSeq: stepped.bestSeq,
    captureDue,
  };
}
