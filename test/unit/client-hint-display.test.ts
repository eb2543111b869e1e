import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createGuidanceDisplay } from '../../client/sdk/pump/guidance-display.ts';
import { createHintDisplay } from '../../client/sdk/pump/hint-display.ts';
import { HINT_MINIMUM_MS } from '../../src/guidance/adviser.ts';
import type { Hint } from '../../src/protocol/checks.ts';
import type { Feedback } from '../../src/protocol/messages.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function display() {
  const shown: { atMs: number; code: string | null }[] = [];
  const startMs = Date.now();
  const hints = createHintDisplay({
    nowMs: Date.now,
    show: (hint) => shown.push({ atMs: Date.now() - startMs, code: hint?.code ?? null }),
  });
  return { hints, shown };
}

const hint = (code: Hint['code']): Hint => ({ code });

describe('the hint on show', () => {
  test('appears at once, and stays long enough; the newest wish comes next', async () => {
    const { hints, shown } = display();
    hints.wish(hint('come-closer'));
    await vi.advanceTimersByTimeAsync(300);
    hints.wish(hint('hold-still'));
    await vi.advanceTimersByTimeAsync(300);
    hints.wish(hint('no-face'));
    await vi.advanceTimersByTimeAsync(5000);
    expect(shown).toEqual([
      { atMs: 0, code: 'come-closer' },
      { atMs: HINT_MINIMUM_MS, code: 'no-face' },
    ]);
  });

  test('goes at once when the frame passes, and the next one still has to wait', async () => {
    const { hints, shown } = display();
    hints.wish(hint('come-closer'));
    await vi.advanceTimersByTimeAsync(200);
    hints.clear();
    hints.wish(hint('move-back'));
    await vi.advanceTimersByTimeAsync(5000);
    expect(shown.map(({ atMs, code }) => `${atMs} ${code}`)).toEqual([
      '0 come-closer',
      '200 null',
      '1000 move-back',
    ]);
  });

  test('is told again only when it changes; a parameter changes without a wait', async () => {
    const { hints, shown } = display();
    hints.wish({ code: 'come-closer', params: { cm: 10 } });
    await vi.advanceTimersByTimeAsync(100);
    hints.wish({ code: 'come-closer', params: { cm: 10 } });
    hints.wish({ code: 'come-closer', params: { cm: 5 } });
    expect(shown.length).toBe(2);
  });

  test('never flashes, whatever is wished', async () => {
    const wishes = fc.array(
      fc.record({
        afterMs: fc.constantFrom(0, 10, 100, 250, 600, 1100),
        what: fc.constantFrom('no-face' as const, 'come-closer', 'hold-still', null, 'pass' as const),
      }),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(wishes, async (script) => {
        const { hints, shown } = display();
        for (const { afterMs, what } of script) {
          await vi.advanceTimersByTimeAsync(afterMs);
          if (what === 'pass') hints.clear();
          else hints.wish(what === null ? null : hint(what));
        }
        await vi.advanceTimersByTimeAsync(2000);
        const appeared = shown.filter(({ code }) => code !== null).map(({ atMs }) => atMs);
        for (const [index, atMs] of appeared.entries()) {
          if (index > 0) expect(atMs - appeared[index - 1]!).toBeGreaterThanOrEqual(HINT_MINIMUM_MS);
        }
        expect(shown.every(({ code }, index) => index === 0 || code !== shown[index - 1]!.code)).toBe(true);
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});

test('frames that nobody looked at change neither hint nor dwell', () => {
  const told: unknown[] = [];
  const guidance = createGuidanceDisplay({
    nowMs: Date.now,
    onHint: (shown) => told.push(shown?.code ?? null),
    onDwell: (progress) => told.push(progress),
  });
  const timing = { queueMs: 0, decodeMs: 1, inferMs: 1, totalMs: 2 };
  const feedback: Feedback = { type: 'feedback', seq: 1, verdict: 'adjust', checks: [], dwell: 0, timing };
  guidance.judged({ ...feedback, hint: hint('come-closer') });
  guidance.judged({ ...feedback, verdict: 'skipped', dwell: 0.5 });
  guidance.judged({ ...feedback, verdict: 'error' });
  guidance.judged({ ...feedback, verdict: 'pass', dwell: 0.5 });
  guidance.judged({ ...feedback, verdict: 'pass', dwell: 0.5 });
  guidance.nobodySeen('no-face');
  guidance.close();
  expect(told).toEqual(['come-closer', 0.5, null, 0]);
});
