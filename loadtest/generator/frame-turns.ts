/** When the next frame may go out: credit and pace, by the rules that a client has to keep. */
export interface FrameTurns {
  /** Whether a frame taken now may be sent. */
  allows(nowMs: number): boolean;
  sent(seq: number, nowMs: number): void;
  /** Milliseconds since it was sent; null for a seq that is not under way. */
  answered(seq: number, nowMs: number): number | null;
  setMaxInFlight(frames: number): void;
  setMaxFps(fps: number): void;
  /** The connection is gone: nothing is under way any more. Gives how many were. */
  forget(): number;
  readonly unanswered: number;
}

export function createFrameTurns(obeys: boolean, random: () => number): FrameTurns {
  const sentAtMs = new Map<number, number>();
  let maxInFlight = 1;
  let intervalMs = 0;
  let nextAtMs = Number.NEGATIVE_INFINITY;
  return {
    allows: (nowMs) => !obeys || (sentAtMs.size < maxInFlight && nowMs >= nextAtMs),
    sent(seq, nowMs) {
      sentAtMs.set(seq, nowMs);
      // Counted from the last turn, with half of one to catch up: a camera whose pictures come late keeps its rate.
      nextAtMs = Math.max(nextAtMs, nowMs - intervalMs / 2) + intervalMs;
    },
    answered(seq, nowMs) {
      const atMs = sentAtMs.get(seq);
      if (atMs === undefined) return null;
      sentAtMs.delete(seq);
      return nowMs - atMs;
    },
    setMaxInFlight(frames) {
      maxInFlight = frames;
    },
    setMaxFps(fps) {
      const beforeMs = intervalMs;
      intervalMs = 1000 / fps;
      // All clients of a node are slowed in the same moment: without a lot drawn they would send in step from then on.
      if (intervalMs > beforeMs) nextAtMs += random() * (intervalMs - beforeMs);
    },
    forget() {
      const count = sentAtMs.size;
      sentAtMs.clear();
      return count;
    },
    get unanswered() {
      return sentAtMs.size;
    },
  };
}
