import { describe, expect, it } from 'vitest';
import { batchDueAtMs, type WaitingBatch } from '../../src/bus/batch-due.ts';

const NOW_MS = 10_000;
const MAX_WAIT_MS = 500;

function waitMs(batch: Partial<WaitingBatch>, nowMs = NOW_MS): number {
  const all = { firstAtMs: NOW_MS, lastTakenAtMs: null, moreToCome: false, maxWaitMs: MAX_WAIT_MS, ...batch };
  return batchDueAtMs(all, nowMs) - nowMs;
}

describe('a batch that is not full', () => {
  it('goes at once after a pause, with what comes together', () => {
    expect(waitMs({})).toBe(20);
    expect(waitMs({ lastTakenAtMs: NOW_MS - 5000 })).toBe(20);
  });

  it('waits until the batch before it is old enough', () => {
    expect(waitMs({ lastTakenAtMs: NOW_MS - 100 })).toBe(400);
  });

  it('waits for what the stream still holds', () => {
    expect(waitMs({ moreToCome: true, lastTakenAtMs: NOW_MS - 5000 })).toBe(MAX_WAIT_MS);
  });

  it('never waits longer than its first message may', () => {
    expect(waitMs({ firstAtMs: NOW_MS - 495, lastTakenAtMs: NOW_MS - 495 })).toBe(5);
    expect(waitMs({ firstAtMs: NOW_MS - 600, moreToCome: true })).toBeLessThanOrEqual(0);
  });

  it('waits no longer than a short time that is asked for', () => {
    expect(waitMs({ maxWaitMs: 10 })).toBe(10);
  });

  it('makes no more batches of a steady trickle than one each wait', () => {
    const everyMs = 40;
    let lastTakenAtMs: number | null = null;
    let firstAtMs: number | null = null;
    let dueAtMs = Number.POSITIVE_INFINITY;
    let batches = 0;
    for (let nowMs = 0; nowMs < 10_000; nowMs += everyMs) {
      if (dueAtMs <= nowMs) {
        batches++;
        [lastTakenAtMs, firstAtMs, dueAtMs] = [dueAtMs, null, Number.POSITIVE_INFINITY];
      }
      firstAtMs ??= nowMs;
      dueAtMs = batchDueAtMs({ firstAtMs, lastTakenAtMs, moreToCome: false, maxWaitMs: MAX_WAIT_MS }, nowMs);
    }
    expect(batches).toBeGreaterThan(15);
    expect(batches).toBeLessThanOrEqual(21);
  });
});
