/** What of a capture may train models: with its owner's consent alone, as that is now. */
import type { BodyCapture } from '../protocol/body-captures.ts';
import { changeCapture } from './change-capture.ts';
import type { CaptureDeskDeps } from './desk-deps.ts';

/** Pure; null where nothing of it is for training. */
export function withoutTraining(capture: BodyCapture, nowMs: number): BodyCapture | null {
  if (!capture.forTraining && !capture.adjustments.some(({ promoted }) => promoted)) return null;
  return {
    ...capture,
    forTraining: false,
    adjustments: capture.adjustments.map((one) => (one.promoted ? { ...one, promoted: false } : one)),
    updatedAtMs: nowMs,
  };
}

/**
 * For a capture that may just have been marked: a consent that was withdrawn between the look at it and the mark has not
 * found the mark. Gives the capture as it is then.
 */
export async function settleTraining(deps: CaptureDeskDeps, capture: BodyCapture): Promise<BodyCapture> {
  if (!capture.forTraining) return capture;
  const owner = await deps.accounts.read(capture.userId);
  if (owner?.consent.training === true) return capture;
  const settled = await changeCapture(deps, capture.captureId, (one) => withoutTraining(one, deps.nowMs()));
  return settled ?? capture;
}
