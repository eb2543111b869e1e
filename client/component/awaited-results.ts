import type { Result } from '../../src/protocol/messages.ts';
import type { TakenCapture } from '../sdk/guided-session.ts';

/** Results that were announced for a capture and will not come. */
export interface MissingResults {
  readonly captureId: string;
  readonly kinds: readonly string[];
}

/** The results that a node has announced for the last capture, until they are there. */
export interface AwaitedResults {
  captured(capture: TakenCapture): void;
  came(result: Result): void;
  /** None comes any more: whoever waits is told. */
  giveUp(): void;
  /** Nobody waits any more. */
  forget(): void;
}

/** Longer than any analysis that is still on its way. */
export const RESULT_WAIT_MS = 45_000;

export function createAwaitedResults({
  setTimer,
  missing,
}: {
  readonly setTimer: (delayMs: number, fire: () => void) => () => void;
  readonly missing: (results: MissingResults) => void;
}): AwaitedResults {
  let captureId: string | null = null;
  let kinds = new Set<string>();
  let stopTimer: (() => void) | null = null;

  function forget(): void {
    stopTimer?.();
    stopTimer = null;
    captureId = null;
    kinds = new Set();
  }

  function giveUp(): void {
    const given = captureId === null ? null : { captureId, kinds: [...kinds] };
    forget();
    if (given !== null) missing(given);
  }

  return {
    captured(capture) {
      forget();
      if (capture.resultKinds === undefined || capture.resultKinds.length === 0) return;
      captureId = capture.captureId;
      kinds = new Set(capture.resultKinds);
      stopTimer = setTimer(RESULT_WAIT_MS, giveUp);
    },
    came(result) {
      if (result.captureId !== captureId) return;
      kinds.delete(result.kind);
      if (kinds.size === 0) forget();
    },
    giveUp,
    forget,
  };
}
