import { expect, test } from 'vitest';
import { judgeEvidence } from '../../loadtest/faults/judge-evidence.ts';

const KINDS = ['face-quality', 'skin'];

function judged(
  counts: {
    results?: Record<string, number>;
    captures?: Record<string, number>;
    rows?: Record<string, number>;
  },
  acknowledged: string[] = ['a'],
) {
  const { results = {}, captures = {}, rows = {} } = counts;
  const evidence = {
    results: new Map(Object.entries(results)),
    captureRows: new Map(Object.entries(captures)),
    resultRows: new Map(Object.entries(rows)),
  };
  return judgeEvidence(acknowledged, evidence, KINDS);
}

const BOTH = { 'a/face-quality': 1, 'a/skin': 1 };

test('a capture with each of its results once, everywhere, is whole', () => {
  expect(judged({ results: BOTH, captures: { a: 1 }, rows: BOTH })).toEqual({
    lost: [],
    doubled: [],
    halves: [],
  });
});

test('one that lacks a kind is lost where its client was told of it, and else a half', () => {
  const half = { results: BOTH, captures: { a: 1 }, rows: { 'a/face-quality': 1 } };
  expect(judged(half)).toMatchObject({ lost: ['a: missing in results (skin)'], halves: [] });
  expect(judged(half, [])).toMatchObject({ lost: [], halves: ['a: missing in results (skin)'] });
});

test('two results of one kind are too many, two kinds are not', () => {
  const twice = { ...BOTH, 'a/skin': 2 };
  expect(judged({ results: twice, captures: { a: 1 }, rows: BOTH }).doubled).toEqual([
    'a: more than once in RESULTS (skin)',
  ]);
});
