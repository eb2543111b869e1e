import { toFramegateError } from '../../src/protocol/framegate-error.ts';
import type { Witness } from './evidence.ts';
import type { LiveLoad } from './live-load.ts';

/** How long it took from the moment when everything was up again. */
export interface Recovery {
  /** Until each session has had guidance. */
  readonly liveMs: number;
  /** Until a capture was acknowledged. */
  readonly capturesMs: number;
  /** Until each capture that was acknowledged before had its rows; null where that is still to come. */
  rowsMs: number | null;
}

const LOOK_MS = 25;

/** Waits until guidance and captures go on. Rejects when that takes longer than `timeoutMs`. */
export async function awaitRecovery(
  load: LiveLoad,
  upMs: number,
  timeoutMs: number,
  pause: (ms: number) => Promise<void>,
): Promise<Recovery> {
  let liveMs: number | null = null;
  let capturesMs: number | null = null;
  for (;;) {
    const nowMs = performance.now();
    const latest = Math.min(...load.sessions.map(({ ledger }) => ledger.lastGuidanceMs));
    if (liveMs === null && latest >= upMs) liveMs = nowMs - upMs;
    const acknowledgedMs = load.book.lastAcknowledgedMs();
    if (capturesMs === null && acknowledgedMs >= upMs) capturesMs = acknowledgedMs - upMs;
    if (liveMs !== null && capturesMs !== null) return { liveMs, capturesMs, rowsMs: null };
    if (nowMs - upMs > timeoutMs) {
      const still = load.sessions.filter(({ ledger }) => ledger.lastGuidanceMs < upMs);
      throw new Error(
        `not back after ${timeoutMs} ms: ${
          liveMs === null
            ? still.map(({ name, state }) => `${name} is ${state}`).join(', ')
            : 'no capture was acknowledged'
        }`,
      );
    }
    await pause(LOOK_MS);
  }
}

/** Looks for rows in the background, because a redelivery may come long after the round that caused it. */
export interface RowWatch {
  /** `recovery.rowsMs` is set once every capture acknowledged until now is stored. */
  follow(recovery: Recovery, upMs: number): void;
  /** Resolves when all captures of the book are stored, with false after `timeoutMs`. */
  settled(timeoutMs: number): Promise<boolean>;
  stop(): Promise<void>;
}

const ROWS_EVERY_MS = 300;

export function watchRows(load: LiveLoad, witness: Witness): RowWatch {
  const { book } = load;
  const followed: { recovery: Recovery; upMs: number; waitingFor: Set<string> }[] = [];
  let isOver = false;

  async function look(): Promise<void> {
    const missing = book.missingRows().map(({ captureId }) => captureId);
    const stored = await witness.stored(missing.slice(0, 1000));
    const nowMs = performance.now();
    for (const captureId of stored) book.stored(captureId, nowMs);
    for (const entry of followed) {
      for (const captureId of stored) entry.waitingFor.delete(captureId);
      if (entry.waitingFor.size > 0 || entry.recovery.rowsMs !== null) continue;
      entry.recovery.rowsMs = Math.max(0, nowMs - entry.upMs);
    }
  }

  const watching = (async () => {
    while (!isOver) {
      try {
        await look();
      } catch (thrown) {
        // ClickHouse may be what is away.
        if (!toFramegateError(thrown).retryable) throw thrown;
      }
      await new Promise((resolve) => setTimeout(resolve, ROWS_EVERY_MS));
    }
  })();
  // It is awaited by stop().
  watching.catch(() => {});

  return {
    follow: (recovery, upMs) => {
      const waitingFor = new Set(
        book
          .missingRows()
          .filter(({ acknowledgedMs }) => acknowledgedMs <= upMs)
          .map(({ captureId }) => captureId),
      );
      if (waitingFor.size === 0) recovery.rowsMs = 0;
      else followed.push({ recovery, upMs, waitingFor });
    },
    settled: async (timeoutMs) => {
      const deadlineMs = performance.now() + timeoutMs;
      while (book.missingRows().length > 0) {
        if (performance.now() > deadlineMs) return false;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return true;
    },
    stop: async () => {
      isOver = true;
      await watching;
    },
  };
}
