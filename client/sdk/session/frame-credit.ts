/**
 * How many frames may be under way: the node's `maxInFlight`, and its `pace`. Pure bookkeeping: the caller
 * brings the time, so that a browser, Node and a test keep to the same rules.
 */
export interface FrameCredit {
  /** Whether a frame that is taken at `nowMs` may be sent. */
  allows(nowMs: number): boolean;
  sent(seq: number, nowMs: number): void;
  /** Returns the round trip in milliseconds, or null where the seq was not under way. */
  answered(seq: number, nowMs: number): number | null;
  setMaxInFlight(frames: number): void;
  setMaxFps(fps: number): void;
  /** Forgets what is under way: the connection it went over is gone. */
  reset(): void;
  readonly inFlight: number;
}

/** `random` is 0..1. */
export function createFrameCredit(maxInFlight: number, maxFps: number, random: () => number): FrameCredit {
  const sentAtMs = new Map<number, number>();
  let limit = maxInFlight;
  let intervalMs = 1000 / maxFps;
  let nextAtMs = Number.NEGATIVE_INFINITY;
  return {
    // One place stays free, so that a capture's burst never runs into the node's limit.
    allows: (nowMs) => sentAtMs.size < Math.max(1, limit - 1) && nowMs >= nextAtMs,
    sent(seq, nowMs) {
      sentAtMs.set(seq, nowMs);
      // Slots are counted from the last one, not from now: timers that fire late do not lower the rate.
      nextAtMs = Math.max(nextAtMs, nowMs - intervalMs / 2) + intervalMs;
    },
    answered(seq, nowMs) {
      const startMs = sentAtMs.get(seq);
      if (startMs === undefined) return null;
      sentAtMs.delete(seq);
      return nowMs - startMs;
    },
    setMaxInFlight(frames) {
      limit = frames;
    },
    setMaxFps(fps) {
      const beforeMs = intervalMs;
      intervalMs = 1000 / fps;
      // A node slows all its clients in the same moment; without a lot drawn they would send in step from then on.
      if (intervalMs > beforeMs) nextAtMs += random() * (intervalMs - beforeMs);
    },
    reset() {
      sentAtMs.clear();
    },
    get inFlight() {
      return sentAtMs.size;
    },
  };
}
