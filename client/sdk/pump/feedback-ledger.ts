import type { Feedback } from '../../../src/protocol/messages.ts';

export interface Answered {
  readonly feedback: Feedback;
  readonly roundTripMs: number | null;
  readonly sentAtMs: number;
}

/**
 * Sees to it that each frame sent has exactly one feedback, in increasing seq: where the node owes none, one is made here.
 * Each call gives what is to be told now. Pure bookkeeping.
 */
export interface FeedbackLedger {
  readonly unanswered: number;
  sent(seq: number, nowMs: number): void;
  answered(feedback: Feedback, roundTripMs: number | null): readonly Answered[];
  /** The node refused the frame and will say no more of it (FR4). */
  refused(seq: number, code: string, message: string): readonly Answered[];
  /** The connection is gone, and with it all answers (RS4). */
  lost(): readonly Answered[];
}

interface OpenFrame {
  readonly seq: number;
  readonly sentAtMs: number;
  /** Why the node refused it; told when the frames before it have been answered. */
  refusal: Feedback['error'];
}

export function createFeedbackLedger(): FeedbackLedger {
  /** In increasing seq. */
  let open: OpenFrame[] = [];
  let dwell = 0;

  function made({ seq, sentAtMs, refusal: error }: OpenFrame): Answered {
    const timing = { queueMs: 0, decodeMs: 0, inferMs: 0, totalMs: 0 };
    const verdict = error === undefined ? 'skipped' : 'error';
    const feedback: Feedback = { type: 'feedback', seq, verdict, checks: [], dwell, timing };
    return { feedback: error === undefined ? feedback : { ...feedback, error }, roundTripMs: null, sentAtMs };
  }

  /** Takes the first `count` out of the book, with answers that are made here. */
  function settle(count: number): Answered[] {
    const settled = open.slice(0, count).map(made);
    open = open.slice(count);
    return settled;
  }

  return {
    get unanswered() {
      return open.length;
    },
    sent(seq, nowMs) {
      open.push({ seq, sentAtMs: nowMs, refusal: undefined });
    },
    answered(feedback, roundTripMs) {
      const index = open.findIndex(({ seq }) => seq === feedback.seq);
      // Not of this connection, or told before.
      if (index < 0) return [];
      // Answers come in order, so that one for an earlier frame will never come.
      const earlier = settle(index);
      dwell = feedback.dwell;
      const { sentAtMs } = open[0]!;
      open = open.slice(1);
      return [...earlier, { feedback, roundTripMs, sentAtMs }, ...settle(refusedAhead())];
    },
    refused(seq, code, message) {
      const frame = open.find((entry) => entry.seq === seq);
      if (frame !== undefined) frame.refusal = { code, message };
      return settle(refusedAhead());
    },
    lost: () => settle(open.length),
  };

  /** How many of the first frames are refused: nothing has to be waited for before they are told. */
  function refusedAhead(): number {
    const count = open.findIndex(({ refusal }) => refusal === undefined);
    return count < 0 ? open.length : count;
  }
}
