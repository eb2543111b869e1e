import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnnouncementKind,
  createAnnouncementPacer,
  PACER_LIMITS,
  sayingMs,
} from '../../client/component/announce/announcement-pacer.ts';

interface Step {
  readonly atMs: number;
  readonly text: string | null;
  readonly kind?: AnnouncementKind;
}

/** What is said when, as `seconds text`, when the steps are played and time then goes on to `endMs`. */
function play(steps: readonly Step[], endMs: number): string[] {
  const pacer = createAnnouncementPacer();
  const said: string[] = [];
  let nowMs = 0;
  function takeUntil(untilMs: number): void {
    for (;;) {
      const dueAtMs = pacer.dueAtMs();
      if (dueAtMs === null || dueAtMs > untilMs) break;
      nowMs = Math.max(nowMs, dueAtMs);
      const next = pacer.take(nowMs);
      expect(next).not.toBeNull();
      said.push(`${nowMs / 1000} ${next!.text}`);
    }
    nowMs = untilMs;
  }
  for (const { atMs, text, kind = 'hint' } of steps) {
    takeUntil(atMs);
    pacer.stand(text, kind, nowMs);
  }
  takeUntil(endMs);
  return said;
}

describe('announcement pacer', () => {
  test('says a text once while it stands, however often it is given', () => {
    const steps = [0, 100, 200, 1900, 5000].map((atMs) => ({ atMs, text: 'Hold still' }));
    expect(play(steps, 7000)).toEqual(['0 Hold still']);
  });

  test('says a hint that still stands twice more, and then no longer', () => {
    expect(play([{ atMs: 0, text: 'Come closer' }], 60_000)).toEqual([
      '0 Come closer',
      '8 Come closer',
      '16 Come closer',
    ]);
  });

  test('says a status once', () => {
    expect(play([{ atMs: 0, text: 'Good. Hold still.', kind: 'status' }], 60_000)).toEqual([
      '0 Good. Hold still.',
    ]);
  });

  test('keeps a pause, in which the newest takes the place of those that wait', () => {
    const steps = [
      { atMs: 0, text: 'a' },
      { atMs: 300, text: 'b' },
      { atMs: 600, text: 'c' },
    ];
    expect(play(steps, 5000)).toEqual(['0 a', '1.5 c']);
  });

  test('waits as long as a long text takes to say', () => {
    const long = 'Turn towards the light so that both sides are lit';
    const steps = [
      { atMs: 0, text: long },
      { atMs: 200, text: 'b' },
    ];
    expect(play(steps, 5000)).toEqual([`0 ${long}`, '2.94 b']);
  });

  test('does not say again what was gone for a moment only', () => {
    const steps = [
      { atMs: 0, text: 'a' },
      { atMs: 400, text: 'b' },
      { atMs: 800, text: 'a' },
      { atMs: 3000, text: null },
      { atMs: 4000, text: 'a' },
    ];
    expect(play(steps, 7999)).toEqual(['0 a']);
    expect(play(steps, 8000)).toEqual(['0 a', '8 a']);
  });

  test('says again what was gone for a while', () => {
    const steps = [
      { atMs: 0, text: 'a' },
      { atMs: 1000, text: null },
      { atMs: 4000, text: 'a' },
    ];
    expect(play(steps, 5000)).toEqual(['0 a', '4 a']);
  });

  test('says nothing any more of what has passed before its turn', () => {
    const steps = [
      { atMs: 0, text: 'a' },
      { atMs: 300, text: 'b' },
      { atMs: 900, text: null },
    ];
    expect(play(steps, 20_000)).toEqual(['0 a']);
  });

  test('says what is important at once, and all of it, in order', () => {
    const steps: Step[] = [
      { atMs: 0, text: 'Hold still' },
      { atMs: 200, text: 'Picture taken', kind: 'important' },
      { atMs: 300, text: 'Result ready', kind: 'important' },
      { atMs: 320, text: 'Score 80', kind: 'important' },
      { atMs: 350, text: 'Come closer' },
      { atMs: 400, text: null },
    ];
    expect(play(steps, 20_000)).toEqual([
      '0 Hold still',
      '0.2 Picture taken',
      '1.7 Result ready',
      '3.2 Score 80',
    ]);
  });

  test('says the hint that follows something important after a pause', () => {
    const steps: Step[] = [
      { atMs: 0, text: 'Rejected', kind: 'important' },
      { atMs: 10, text: 'Come closer' },
    ];
    expect(play(steps, 2000)).toEqual(['0 Rejected', '1.5 Come closer']);
  });

  test('says something important again when it happens again', () => {
    const steps: Step[] = [
      { atMs: 0, text: 'Rejected', kind: 'important' },
      { atMs: 2000, text: 'Come closer' },
      { atMs: 5000, text: 'Rejected', kind: 'important' },
    ];
    expect(play(steps, 6000)).toEqual(['0 Rejected', '2 Come closer', '5 Rejected']);
  });

  test('whatever comes: pauses are kept, important texts are said, the last one is not lost', () => {
    const kind = fc.constantFrom<AnnouncementKind>('hint', 'status', 'important');
    const step = fc.record({ pauseMs: fc.nat(4000), text: fc.constantFrom('a', 'b', 'c', null), kind });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (drawn) => {
        let atMs = 0;
        const steps = drawn.map((one) => {
          atMs += one.pauseMs;
          const text = one.kind === 'important' && one.text !== null ? `!${one.text}` : one.text;
          return { atMs, text, kind: one.kind };
        });
        const said = play(steps, atMs + 10_000).map((line) => {
          const [seconds, text] = line.split(' ') as [string, string];
          return { atMs: Number(seconds) * 1000, text };
        });
        said.forEach(({ atMs: saidAtMs, text }, index) => {
          const before = said[index - 1];
          const interrupts = text.startsWith('!') && !before?.text.startsWith('!');
          if (before !== undefined && !interrupts)
            expect(saidAtMs - before.atMs).toBeGreaterThanOrEqual(PACER_LIMITS.gapMs - 0.001);
        });
        const last = steps.at(-1)!.text;
        if (last !== null) expect(said.at(-1)!.text).toBe(last);
      }),
    );
  });
});

test('a text in Chinese takes longer than its number of characters suggests', () => {
  expect(sayingMs('请稍微靠近一点')).toBeGreaterThan(sayingMs('Closer!'));
  expect(sayingMs('x'.repeat(500))).toBe(4000);
});
