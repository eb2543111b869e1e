import { type LoadRun, startLoadRun } from '../generator/load-run.ts';
import type { PictureLibrary } from '../generator/pictures.ts';
import { PLAIN_PLAN } from '../generator/session-plan.ts';
import { CALM_CONNECTS_PER_SECOND } from './scenario.ts';

export interface SaturateOptions {
  readonly urls: readonly string[];
  readonly library: PictureLibrary;
  readonly signal: AbortSignal;
  readonly onSecond?: Parameters<typeof startLoadRun>[0]['onSecond'];
}

/** Enough that none comes near its own highest rate. */
const SESSIONS = 24;
const WARM_UP_MS = 8000;
const MEASURE_MS = 6000;

/**
 * Frames a second that the nodes answer when each of some sessions sends its next frame with the answer to the last: what
 * they can do at best, with nobody waiting long.
 */
export async function saturate({ urls, library, signal, onSecond }: SaturateOptions): Promise<number> {
  const run: LoadRun = startLoadRun({
    threads: 1,
    library,
    signal,
    ...(onSecond === undefined ? {} : { onSecond }),
  });
  try {
    const plans = Array.from({ length: SESSIONS }, (_, index) => ({
      ...PLAIN_PLAN,
      index,
      url: urls[index % urls.length]!,
      fps: null,
      inFlight: 1,
      obeys: false,
    }));
    await run.open(plans, CALM_CONNECTS_PER_SECOND);
    await run.during(WARM_UP_MS);
    const beganAtMs = run.nowMs();
    const { counts } = await run.during(MEASURE_MS);
    return ((counts.pass + counts.adjust) * 1000) / (run.nowMs() - beganAtMs);
  } finally {
    await run.close();
  }
}
