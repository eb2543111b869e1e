/** How much longer frames take to arrive than they could, and how many arrive. */
export interface LagMeter {
  /** A frame taken at `capturedAtMs` on the client's clock came at `nowMs` on the node's. */
  frameReceived(capturedAtMs: number, nowMs: number): void;
  /** A heartbeat's round trip. */
  roundTrip(roundTripMs: number, nowMs: number): void;
  /** Since the last take: frames, and the smoothed delay above the line's own. */
  take(): { frames: number; lagMs: number };
}

/** The line's own delay is the least of this long; a client that moves to another network is judged anew. */
const BASELINE_WINDOW_MS = 30_000;
const SMOOTHING = 0.3;
const SET_BACK_MS = 1000;

/**
 * Queueing on the way up shows as delay beyond the least seen. Only differences are used, so neither the distance of the two
 * clocks nor a link that is merely far away counts as lag.
 */
export function createLagMeter(): LagMeter {
  const frameDelay = createExcess();
  const roundTripDelay = createExcess();
  let frames = 0;
  let lastCapturedAtMs = Number.NEGATIVE_INFINITY;
  return {
    frameReceived(capturedAtMs, nowMs) {
      frames += 1;
      // Frames are taken one after the other: the client's clock was set back, and what it said before says nothing now.
      if (capturedAtMs < lastCapturedAtMs - SET_BACK_MS) frameDelay.forget();
      lastCapturedAtMs = capturedAtMs;
      frameDelay.add(nowMs - capturedAtMs, nowMs);
    },
    roundTrip: (roundTripMs, nowMs) => roundTripDelay.add(roundTripMs, nowMs),
    take() {
      const taken = { frames, lagMs: Math.max(frameDelay.excessMs(), roundTripDelay.excessMs()) };
      frames = 0;
      return taken;
    },
  };
}

function createExcess() {
  let currentLeast = Number.POSITIVE_INFINITY;
  let previousLeast = Number.POSITIVE_INFINITY;
  let windowEndsAtMs = Number.NEGATIVE_INFINITY;
  let smoothedMs = 0;
  return {
    add(delayMs: number, nowMs: number): void {
      if (nowMs >= windowEndsAtMs) {
        previousLeast = currentLeast;
        currentLeast = Number.POSITIVE_INFINITY;
        windowEndsAtMs = nowMs + BASELINE_WINDOW_MS;
      }
      currentLeast = Math.min(currentLeast, delayMs);
      const excessMs = delayMs - Math.min(currentLeast, previousLeast);
      smoothedMs += SMOOTHING * (excessMs - smoothedMs);
    },
    excessMs: () => smoothedMs,
    forget(): void {
      currentLeast = Number.POSITIVE_INFINITY;
      previousLeast = Number.POSITIVE_INFINITY;
      smoothedMs = 0;
    },
  };
}
