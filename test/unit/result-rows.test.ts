import { expect, test } from 'vitest';
import { resultRow } from '../../src/store/rows/result-rows.ts';
import { resultRecord } from '../support/bus-records.ts';

test('a stored result has all of it but the shape of the face', () => {
  const result = { face: { yawDeg: 3, landmarks: [1.5, 2.5] }, verdict: 'pass' };
  const row = resultRow(resultRecord('c1', { result })) as { result: string };
  expect(JSON.parse(row.result)).toEqual({ face: { yawDeg: 3 }, verdict: 'pass' });
});
