import type { Hint } from '../../../src/protocol/checks.ts';
import type { Feedback } from '../../../src/protocol/messages.ts';
import { createHintDisplay } from './hint-display.ts';

/** What the person sees of guidance: one hint and the dwell, each told only when it changes. */
export interface GuidanceDisplay {
  judged(feedback: Feedback): void;
  /** This client itself sees nobody, and sends nothing. */
  nobodySeen(code: 'no-face' | 'no-body'): void;
  /** Guidance stops or begins anew: nothing is shown. */
  clear(): void;
  close(): void;
}

export interface GuidanceDisplayDeps {
  readonly nowMs: () => number;
  readonly onHint: (hint: Hint | null) => void;
  readonly onDwell: (progress: number) => void;
}

export function createGuidanceDisplay({ nowMs, onHint, onDwell }: GuidanceDisplayDeps): GuidanceDisplay {
  const hints = createHintDisplay({ nowMs, show: onHint });
  let shownDwell = 0;

  function showDwell(progress: number): void {
    if (progress === shownDwell) return;
    shownDwell = progress;
    onDwell(progress);
  }

  return {
    judged({ verdict, hint, dwell }) {
      // Frames that nobody looked at change nothing.
      if (verdict !== 'pass' && verdict !== 'adjust') return;
      showDwell(dwell);
      if (verdict === 'pass') hints.clear();
      else hints.wish(hint ?? null);
    },
    nobodySeen(code) {
      showDwell(0);
      hints.wish({ code });
    },
    clear() {
      showDwell(0);
      hints.clear();
    },
    close: hints.close,
  };
}
