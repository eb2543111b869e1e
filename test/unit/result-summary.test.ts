import { expect, test } from 'vitest';
import { resultSummary } from '../../src/cli/stream/result-summary.ts';

test('a failed analysis says why', () => {
  const result = { code: 'analysis-failed', message: 'no face was found in the still' };
  expect(resultSummary({ status: 'failed', result })).toBe('failed: no face was found in the still');
});

test('of a result that is not known it shows the first plain values, and never an object', () => {
  const result = { schema: 'a/1', score: 71.2345, box: { x: 1 }, label: 'good', list: [1], b: 2, c: 3, d: 4 };
  expect(resultSummary({ status: 'done', result })).toBe('score 71.23, label good, b 2, c 3');
});
