import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Answered, createFeedbackLedger } from '../../client/sdk/pump/feedback-ledger.ts';
import type { Feedback } from '../../src/protocol/messages.ts';

function answer(seq: number, dwell = 0): Feedback {
  const timing = { queueMs: 0, decodeMs: 1, inferMs: 1, totalMs: 2 };
  return { type: 'feedback', seq, verdict: 'adjust', checks: [], dwell, timing };
}

const brief = (answers: readonly Answered[]) =>
  answers.map(({ feedback }) => `${feedback.seq} ${feedback.verdict}`);

test('a refused frame is told with its reason, after the frames before it', () => {
  const ledger = createFeedbackLedger();
  for (const seq of [1, 2, 3]) ledger.sent(seq, seq * 10);
  expect(ledger.refused(2, 'rate-limited', 'too fast')).toEqual([]);
  const told = ledger.answered(answer(1, 0.25), 12);
  expect(brief(told)).toEqual(['1 adjust', '2 error']);
  expect(told[0]).toMatchObject({ roundTripMs: 12, sentAtMs: 10 });
  expect(told[1]).toMatchObject({
    roundTripMs: null,
    feedback: { dwell: 0.25, error: { code: 'rate-limited', message: 'too fast' } },
  });
  expect(ledger.unanswered).toBe(1);
});

test('what a lost connection took counts as skipped, and what it says too late is not told', () => {
  const ledger = createFeedbackLedger();
  for (const seq of [1, 2]) ledger.sent(seq, 0);
  expect(brief(ledger.lost())).toEqual(['1 skipped', '2 skipped']);
  expect(ledger.answered(answer(2), 5)).toEqual([]);
  expect(ledger.lost()).toEqual([]);
});

type Happening = { readonly kind: 'send' | 'answer' | 'refuse' | 'lose' | 'doubled'; readonly which: number };

test('whatever happens, each frame has one feedback, in increasing seq', () => {
  const happenings = fc.array(
    fc.record<Happening>({
      kind: fc.constantFrom('send', 'send', 'send', 'answer', 'answer', 'refuse', 'lose', 'doubled'),
      which: fc.nat(3),
    }),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(happenings, (script) => {
      const ledger = createFeedbackLedger();
      const told: number[] = [];
      /** What the node has and has not answered or refused. */
      let open: number[] = [];
      let last = 0;
      const tell = (answers: readonly Answered[]) =>
        told.push(...answers.map(({ feedback }) => feedback.seq));
      for (const { kind, which } of script) {
        const seq = open[which % Math.max(1, open.length)];
        if (kind === 'send') {
          ledger.sent(++last, 0);
          open.push(last);
        } else if (kind === 'lose') {
          tell(ledger.lost());
          open = [];
        } else if (kind === 'doubled' && told.length > 0) tell(ledger.answered(answer(told.at(-1)!), 1));
        else if (seq !== undefined && kind === 'refuse') {
          tell(ledger.refused(seq, 'rate-limited', ''));
          open = open.filter((other) => other !== seq);
        } else if (seq !== undefined && kind === 'answer') {
          // A node that leaves earlier ones out never comes back to them.
          tell(ledger.answered(answer(seq), 1));
          open = open.filter((other) => other > seq);
        }
      }
      tell(ledger.lost());
      expect(told).toEqual(Array.from({ length: last }, (_, index) => index + 1));
    }),
    { numRuns: 500 },
  );
});
