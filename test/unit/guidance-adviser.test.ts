import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AdviserState,
  advise,
  FAULT_SETTLE_MS,
  type Fault,
  HINT_MINIMUM_MS,
  initialAdviserState,
} from '../../src/guidance/adviser.ts';
import type { HintCode } from '../../src/protocol/hint-codes.ts';

const fault = (code: HintCode): Fault => ({ measure: 'yaw', hint: { code } });

/** Plays one frame each 100 ms, null for one that passes, and gives the codes on show. */
function play(
  codes: readonly (HintCode | null)[],
  elapsedMs = 100,
  start: AdviserState = initialAdviserState,
) {
  let state = start;
  return codes.map((code) => {
    const step = advise(state, { fault: code === null ? null : fault(code), elapsedMs });
    state = step.state;
    return step.hint?.code ?? null;
  });
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('adviser', () => {
  it('tells the first fault at once', () => {
    expect(play(['no-face'])).toEqual(['no-face']);
  });

  it('keeps a hint for its time before another', () => {
    const shown = play([...times(2, 'turn-left' as const), ...times(12, 'come-closer' as const)]);
    expect(shown.indexOf('come-closer')).toBe(HINT_MINIMUM_MS / 100);
    expect(new Set(shown)).toEqual(new Set(['turn-left', 'come-closer']));
  });

  it('does not let one missed detection talk', () => {
    const shown = play([
      ...times(15, 'turn-left' as const),
      'no-face',
      'no-face',
      ...times(5, 'turn-left' as const),
    ]);
    expect(new Set(shown)).toEqual(new Set(['turn-left']));
  });

  it('tells a lost face when it has settled', () => {
    const shown = play([...times(15, 'turn-left' as const), ...times(5, 'no-face' as const)]);
    expect(shown.indexOf('no-face')).toBe(15 + Math.ceil(FAULT_SETTLE_MS / 100));
  });

  it('is silent at once when the frame passes', () => {
    expect(play(['turn-left', null])).toEqual(['turn-left', null]);
  });

  it('says nothing about a blink between passing frames', () => {
    expect(play([null, null, 'open-eyes', 'open-eyes', null, null])).toEqual(times(6, null));
  });

  it('does not flash when the verdict comes and goes', () => {
    const codes = Array.from({ length: 60 }, (_, i) => (i % 5 < 4 ? ('turn-left' as const) : null));
    const shown = play(codes);
    const starts = shown.flatMap((code, i) => (code !== null && shown[i - 1] !== code ? [i] : []));
    for (let i = 1; i < starts.length; i++) {
      expect((starts[i]! - starts[i - 1]!) * 100).toBeGreaterThanOrEqual(HINT_MINIMUM_MS);
    }
  });

  it('speaks up when different faults follow one another after a pass', () => {
    const codes = ['turn-left', 'come-closer', 'turn-left', 'come-closer', 'turn-left'] as const;
    expect(play([null, ...codes])).toContain('come-closer');
  });

  it('updates the parameters of the hint on show', () => {
    const first = advise(initialAdviserState, { fault: fault('turn-left'), elapsedMs: 0 });
    const hint = { code: 'turn-left', params: { byDeg: 3 } } as const;
    expect(advise(first.state, { fault: { measure: 'yaw', hint }, elapsedMs: 50 }).hint).toEqual(hint);
  });
});

describe('adviser, whatever comes', () => {
  const codes = ['no-face', 'turn-left', 'turn-right', 'come-closer', 'hold-still'] as const;
  const frames = fc.array(
    fc.record({
      code: fc.option(fc.constantFrom(...codes), { nil: null, freq: 4 }),
      elapsedMs: fc.integer({ min: 0, max: 400 }),
      repeats: fc.integer({ min: 1, max: 12 }),
    }),
    { maxLength: 60 },
  );

  it('no hint gives way to another before its time, and no two begin closer than that', () => {
    fc.assert(
      fc.property(frames, (runs) => {
        let state = initialAdviserState;
        let nowMs = 0;
        let shown: string | null = null;
        let shownAtMs = Number.NEGATIVE_INFINITY;
        for (const { code, elapsedMs, repeats } of runs) {
          for (let i = 0; i < repeats; i++) {
            nowMs += elapsedMs;
            const step = advise(state, { fault: code === null ? null : fault(code), elapsedMs });
            state = step.state;
            const now = step.hint?.code ?? null;
            if (code === null) expect(now).toBeNull();
            if (now !== shown) {
              if (now !== null) {
                expect(nowMs - shownAtMs).toBeGreaterThanOrEqual(HINT_MINIMUM_MS);
                expect(now).toBe(code);
                shownAtMs = nowMs;
              } else expect(code).toBeNull();
              shown = now;
            }
          }
        }
      }),
    );
  });

  it('a fault that stays is told in the end', () => {
    fc.assert(
      fc.property(frames, fc.constantFrom(...codes), (runs, last) => {
        const before = runs.flatMap(({ code, repeats }) => times(repeats, code));
        const standing = times(HINT_MINIMUM_MS / 100 + 1, last);
        expect(play([...before, ...standing]).at(-1)).toBe(last);
      }),
    );
  });
});
