import { expect, test } from 'vitest';
import { feedbackLine } from '../../src/cli/stream/feedback-lines.ts';
import type { Feedback } from '../../src/protocol/messages.ts';

const timing = { queueMs: 0, decodeMs: 1, inferMs: 2.5, totalMs: 4 };
const feedback: Feedback = { type: 'feedback', seq: 7, verdict: 'pass', checks: [], dwell: 0.5, timing };
const box = { x: 100.4, y: 50.2, width: 80.6, height: 300 };

test.each([
  ['a face', { face: { box, yawDeg: -3.25, pitchDeg: 1, rollDeg: 0 } }, /yaw − 3\.3° pitch \+ 1\.0° roll/],
  ['a body', { body: { box } }, /body 81 × 300 px at 100, 50/],
  ['a card', { card: { corners: [] } }, /card in view/],
  ['nothing', {}, /nothing in view/],
])('%s is told in the line of its frame', (_what, seen, expected) => {
  const line = feedbackLine({ ...feedback, ...seen } as Feedback, 12, false);
  expect(line).toMatch(expected);
  expect(line).toMatch(/^#7 {4}pass {4}████····/);
  expect(line).toContain('answer   12.0 ms');
});

test('a line says what to do, or what failed', () => {
  const told: Feedback = { ...feedback, verdict: 'adjust', hint: { code: 'hold-still' } };
  expect(feedbackLine(told, null, false)).toMatch(/answer {4}4\.0 ms {2}Hold still$/);
  const failed: Feedback = {
    ...feedback,
    verdict: 'error',
    error: { code: 'image-corrupt', message: 'damaged' },
  };
  expect(feedbackLine(failed, null, false)).toMatch(/damaged$/);
});
