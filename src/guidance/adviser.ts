import type { Hint, MeasureId } from '../protocol/checks.ts';
import type { HintCode } from '../protocol/hint-codes.ts';

/** The most urgent fault of a frame and what would mend it. */
export interface Fault {
  readonly measure: MeasureId;
  readonly hint: Hint;
}

export interface AdviserState {
  readonly shown: Hint | null;
  /** Since the last hint appeared, counted up to HINT_MINIMUM_MS; null before the first frame's answer. */
  readonly sinceShownMs: number | null;
  /** The fault that asks to be shown, and since when without interruption. */
  readonly challenger: HintCode | null;
  readonly challengerMs: number;
}

export interface AdviserInput {
  /** null when the frame passes. */
  readonly fault: Fault | null;
  /** Since the previous frame. */
  readonly elapsedMs: number;
}

/** Long enough to read and to begin to act: the shortest time from one hint's appearance to the next one's. */
export const HINT_MINIMUM_MS = 1000;

/** A fault that is gone sooner (a blink, one missed detection) was nothing to talk about. */
export const FAULT_SETTLE_MS = 250;

export const initialAdviserState: AdviserState = {
  shown: null,
  sinceShownMs: null,
  challenger: null,
  challengerMs: 0,
};

/**
 * Chooses what the person is told, one step a frame. Rules:
 * 1. A session that begins with a fault is told at once.
 * 2. After that a hint is shown only when its fault has been the most urgent one for FAULT_SETTLE_MS (with nothing
 *    on show: when any fault has stood so long), and never within HINT_MINIMUM_MS of the appearance of the one before.
 *    Losing the face is a fault like any other: a detector that misses one frame must not talk.
 * 3. A hint stays, even when its own fault is mended, until the next one may be shown or the frame passes.
 * 4. A frame that passes is told nothing, at once: whoever goes on obeying a hint moves out of the good view again.
 *    Rule 2 still holds for the next hint, so that a verdict that comes and goes cannot make hints flash.
 */
export function advise(
  state: AdviserState,
  { fault, elapsedMs }: AdviserInput,
): { state: AdviserState; hint: Hint | null } {
  const sinceShownMs =
    state.sinceShownMs === null ? null : Math.min(state.sinceShownMs + elapsedMs, HINT_MINIMUM_MS);
  if (fault === null) {
    const quietMs = sinceShownMs ?? HINT_MINIMUM_MS;
    return { state: { ...initialAdviserState, sinceShownMs: quietMs }, hint: null };
  }
  const { hint } = fault;
  if (hint.code === state.shown?.code) {
    return { state: { shown: hint, sinceShownMs, challenger: null, challengerMs: 0 }, hint };
  }
  // Counted from the first frame with the fault: what was before it is not known.
  const goesOn = hint.code === state.challenger || (state.shown === null && state.challenger !== null);
  const challengerMs = goesOn ? state.challengerMs + elapsedMs : 0;
  const first = sinceShownMs === null;
  const settled = challengerMs >= FAULT_SETTLE_MS;
  if (first || (settled && sinceShownMs >= HINT_MINIMUM_MS)) {
    return { state: { shown: hint, sinceShownMs: 0, challenger: null, challengerMs: 0 }, hint };
  }
  return {
    state: { shown: state.shown, sinceShownMs, challenger: hint.code, challengerMs },
    hint: state.shown,
  };
}
