const MIN_PICTURES_PER_SECOND = 5;
const WINDOW_MS = 4000;
/** Cameras take their time to wake up. */
const FIRST_PICTURE_MS = 8000;
/** Longer without a check: the page slept, and what was counted says nothing of the camera. */
const MAX_CHECK_GAP_MS = 3000;

export interface RateWatch {
  /** `count` grows with each picture that the camera gave, also those that nobody looked at. */
  picture(count: number): void;
  /** To be called about once a second. The pictures a second where these are too few for some seconds, else null. */
  check(nowMs: number, watching: boolean): number | null;
}

/** Tells a camera that gives too few pictures. While it is not watched (hidden, paused) it is not blamed. */
export function createRateWatch(): RateWatch {
  let latestCount: number | null = null;
  let sinceReset = 0;
  let startedAtMs: number | null = null;
  let checkedAtMs = 0;
  let wasWatching = false;
  let seenAny = false;

  function restart(nowMs: number): void {
    startedAtMs = nowMs;
    sinceReset = 0;
  }

  return {
    picture(count) {
      // A count that falls belongs to another stream.
      sinceReset += latestCount === null || count < latestCount ? 1 : count - latestCount;
      latestCount = count;
      seenAny = true;
    },
    check(nowMs, watching) {
      const slept = nowMs - checkedAtMs > MAX_CHECK_GAP_MS;
      // When between two checks the watching began is not known: it counts from the second.
      const begins = watching && !wasWatching;
      checkedAtMs = nowMs;
      wasWatching = watching;
      if (!watching || begins || slept || startedAtMs === null) {
        restart(nowMs);
        return null;
      }
      const elapsedMs = nowMs - startedAtMs;
      if (elapsedMs < (seenAny ? WINDOW_MS : FIRST_PICTURE_MS)) return null;
      const perSecond = (sinceReset * 1000) / elapsedMs;
      restart(nowMs);
      return perSecond < MIN_PICTURES_PER_SECOND ? perSecond : null;
    },
  };
}
