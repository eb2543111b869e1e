import { inspect } from '../../../src/guidance/inspect.ts';
import { judge } from '../../../src/guidance/judge.ts';
import type { Profile } from '../../../src/guidance/types.ts';
import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import { DEFAULT_SESSION_LIMITS } from '../../../src/protocol/limits.ts';
import type { Rejected, Result } from '../../../src/protocol/messages.ts';
import type { FrameAnalysis } from '../../../src/vision/types.ts';
import type { TakenCapture } from '../guided-session.ts';
import type { EncodedPicture, Picture, StillLimits } from '../picture.ts';
import { liveCheckResult } from './live-check.ts';

export interface CaptureOrder {
  readonly captureId: string;
  readonly trigger: 'auto' | 'manual';
  readonly seq: number;
}

export interface CaptureDeps {
  /** On its own: what was seen before says nothing of it. */
  analyseStill(still: EncodedPicture): Promise<FrameAnalysis>;
  /** Returns how to call it off. */
  setTimer(delayMs: number, handler: () => void): () => void;
}

export type CaptureOutcome =
  | { readonly type: 'captured'; readonly capture: TakenCapture; readonly result: Result }
  | { readonly type: 'rejected'; readonly rejection: Rejected };

/** As at the edge. */
export const STILL_DEADLINE_MS = 5000;
const STILL_LIMITS: StillLimits = {
  maxBytes: DEFAULT_SESSION_LIMITS.maxStillBytes,
  maxWidth: 4096,
  maxHeight: 4096,
};

/**
 * The still of a picture, judged by itself by the rules of the edge: a dwell's has to pass, one that the person asked for
 * may have faults that are not far outside of their bands.
 * Rejects where there is no still in time or it cannot be analysed.
 */
export async function takeCapture(
  { captureId, trigger }: CaptureOrder,
  picture: Picture,
  profile: Profile,
  { analyseStill, setTimer }: CaptureDeps,
): Promise<CaptureOutcome> {
  const still = await inTime(picture.still(STILL_LIMITS), setTimer);
  const analysis = await analyseStill(still);
  const judged = judge(still, analysis, inspect(analysis, profile));
  const { verdict, hint, checks } = judged.guidance;
  if (trigger === 'auto' ? verdict === 'pass' : judged.allowsManual) {
    const result = liveCheckResult(captureId, still, analysis, judged);
    return { type: 'captured', capture: { captureId, still, receipt: null }, result };
  }
  const rejection: Rejected = {
    type: 'rejected',
    captureId,
    ...(hint === null ? {} : { hint }),
    checks: [...checks],
  };
  return { type: 'rejected', rejection };
}

function inTime(still: Promise<EncodedPicture>, setTimer: CaptureDeps['setTimer']): Promise<EncodedPicture> {
  return new Promise((resolve, reject) => {
    const cancel = setTimer(STILL_DEADLINE_MS, () =>
      reject(new FramegateError('capture-failed', 'no still came in time', { retryable: true })),
    );
    still.then(resolve, reject).finally(cancel);
  });
}
