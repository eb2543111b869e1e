export interface WaitingBatch {
  /** When its first message came. */
  readonly firstAtMs: number;
  /** When the batch before it was handed over; null where there was none. */
  readonly lastTakenAtMs: number | null;
  /** Whether the stream holds more for this consumer. */
  readonly moreToCome: boolean;
  readonly maxWaitMs: number;
}

/** What is published together arrives within this time. */
const LINGER_MS = 20;

/**
 * When a batch that is not full is handed over. What follows a pause goes at once; from then on one batch each
 * `maxWaitMs`, so that a steady trickle makes no more batches than waiting for each would. While the stream holds more,
 * the batch waits for it.
 */
export function batchDueAtMs(
  { firstAtMs, lastTakenAtMs, moreToCome, maxWaitMs }: WaitingBatch,
  nowMs: number,
): number {
  const latestMs = firstAtMs + maxWaitMs;
  if (moreToCome) return latestMs;
  const turnMs = lastTakenAtMs === null ? nowMs : lastTakenAtMs + maxWaitMs;
  return Math.min(latestMs, Math.max(turnMs, nowMs + LINGER_MS));
}
