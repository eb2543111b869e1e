import { HINT_MINIMUM_MS } from '../../../src/guidance/adviser.ts';
import type { Hint } from '../../../src/protocol/checks.ts';

/**
 * What the person is told, whoever says it: the node frame by frame, or this client while no frames are sent. A hint stays
 * for at least HINT_MINIMUM_MS unless the frame passes, and none appears sooner than that after the one before.
 */
export interface HintDisplay {
  /** What should be shown now; the newest wish wins. */
  wish(hint: Hint | null): void;
  /** The frame passes, or guidance stops: nothing is shown, at once. */
  clear(): void;
  /** No timer is left, and nothing is said any more. */
  close(): void;
}

export interface HintDisplayDeps {
  readonly nowMs: () => number;
  readonly show: (hint: Hint | null) => void;
}

export function createHintDisplay({ nowMs, show }: HintDisplayDeps): HintDisplay {
  let shown: Hint | null = null;
  let wished: Hint | null = null;
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | null = null;

  function stopTimer(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  }

  function update(): void {
    stopTimer();
    if (sameHint(shown, wished)) return;
    const atMs = nowMs();
    const isOther = shown?.code !== wished?.code;
    const waitMs = shownAtMs + HINT_MINIMUM_MS - atMs;
    if (isOther && waitMs > 0) {
      timer = setTimeout(update, waitMs);
      return;
    }
    if (isOther && wished !== null) shownAtMs = atMs;
    shown = wished;
    show(shown);
  }

  return {
    wish(hint) {
      wished = hint;
      update();
    },
    clear() {
      stopTimer();
      wished = null;
      if (shown === null) return;
      shown = null;
      show(null);
    },
    close: stopTimer,
  };
}

function sameHint(one: Hint | null, other: Hint | null): boolean {
  if (one?.code !== other?.code) return false;
  const names = Object.keys({ ...one?.params, ...other?.params });
  return names.every((name) => one?.params?.[name] === other?.params?.[name]);
}
