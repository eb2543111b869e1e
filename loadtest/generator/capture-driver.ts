import type { CaptureWish } from './session-plan.ts';

/** When one client wants its next capture, and how far it has got. Pure: the caller brings the time. */
export interface CaptureDriver {
  /** Whether the camera should show what passes now. */
  holdsStill(nowMs: number): boolean;
  /** Whether to press the button now; it counts as pressed. */
  presses(nowMs: number): boolean;
  /** The node has handed the capture over. */
  done(nowMs: number): void;
}

/** The button is pressed again when nothing came of it. */
const PRESS_AGAIN_MS = 2000;

export function createCaptureDriver(wish: CaptureWish | null, startMs: number): CaptureDriver {
  let dueAtMs = wish === null ? Number.POSITIVE_INFINITY : startMs + wish.afterMs;
  let pressAtMs = dueAtMs;
  return {
    holdsStill: (nowMs) => wish?.by === 'dwell' && nowMs >= dueAtMs,
    presses(nowMs) {
      if (wish?.by !== 'button' || nowMs < Math.max(dueAtMs, pressAtMs)) return false;
      pressAtMs = nowMs + PRESS_AGAIN_MS;
      return true;
    },
    done(nowMs) {
      // One that is late does not catch up: that would be a burst.
      if (wish !== null) dueAtMs = Math.max(dueAtMs + wish.everyMs, nowMs);
    },
  };
}
