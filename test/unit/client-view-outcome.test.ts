import { expect, it } from 'vitest';
import { viewOutcome } from '../../client/body/view-outcome.ts';
import type { Result } from '../../src/protocol/messages.ts';

const told = (result: Result['result'], status: Result['status'] = 'done') =>
  viewOutcome({ type: 'result', captureId: 'x', kind: 'body-view', status, result });
const refused = (...problems: unknown[]) => told({ collected: false, notCollected: 'blocked', problems });

it('a picture counts where it was collected, whatever else is said of it', () => {
  expect(told({ collected: true, problems: [{ code: 'too-dark', blocks: false, message: '' }] })).toBe(
    'collected',
  );
  expect(told({ collected: false, notCollected: 'ticket-invalid', problems: [] })).toBe('closed');
});

it('a picture that does not count is told as what to do about the first problem that blocks', () => {
  const [doubtful, blocking] = [
    { code: 'too-dark', blocks: false, message: '' },
    { code: 'not-sideways', blocks: true, message: '' },
  ];
  expect(refused(doubtful, blocking)).toBe('turn-sideways');
});

it('what is not understood, and an analysis that has failed, is a picture to take again', () => {
  expect(refused({ code: 'of-tomorrow', blocks: true })).toBe('failed');
  expect(told({})).toBe('failed');
  expect(told({ code: 'analysis-timeout', message: '' }, 'failed')).toBe('failed');
});
