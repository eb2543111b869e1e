import { describe, expect, test } from 'vitest';
import { createAwaitedResults, type MissingResults } from '../../client/component/awaited-results.ts';
import type { TakenCapture } from '../../client/sdk/guided-session.ts';
import { resultKindsOf } from '../../client/sdk/pump/result-kinds.ts';
import type { Result } from '../../src/protocol/messages.ts';

const capture = (captureId: string, resultKinds?: readonly string[]): TakenCapture => ({
  captureId,
  still: null,
  receipt: null,
  ...(resultKinds !== undefined && { resultKinds }),
});
const result = (captureId: string, kind: string): Result => ({
  type: 'result',
  captureId,
  kind,
  status: 'done',
  result: {},
});

function setUp() {
  const missed: MissingResults[] = [];
  const timers = new Set<() => void>();
  const awaited = createAwaitedResults({
    setTimer(_delayMs, fire) {
      timers.add(fire);
      return () => timers.delete(fire);
    },
    missing: (results) => missed.push(results),
  });
  return { awaited, missed, timers };
}

describe('results that were announced', () => {
  test('are told to be missing once no more come', () => {
    const { awaited, missed } = setUp();
    awaited.captured(capture('a', ['face-quality', 'skin', 'face-contours']));
    awaited.came(result('a', 'skin'));
    awaited.came(result('b', 'face-quality'));
    awaited.giveUp();
    awaited.giveUp();
    expect(missed).toEqual([{ captureId: 'a', kinds: ['face-quality', 'face-contours'] }]);
  });

  test('are not missing once all are there, and nobody waits', () => {
    const { awaited, missed, timers } = setUp();
    awaited.captured(capture('a', ['skin', 'face-quality']));
    expect(timers.size).toBe(1);
    awaited.came(result('a', 'face-quality'));
    awaited.came(result('a', 'skin'));
    expect(timers.size).toBe(0);
    awaited.giveUp();
    expect(missed).toEqual([]);
  });

  test('are missing after a while, and of an earlier capture never', () => {
    const { awaited, missed, timers } = setUp();
    awaited.captured(capture('a', ['skin']));
    awaited.captured(capture('b', ['skin', 'face-quality']));
    expect(timers.size).toBe(1);
    for (const fire of timers) fire();
    expect(missed).toEqual([{ captureId: 'b', kinds: ['skin', 'face-quality'] }]);
    awaited.captured(capture('c', ['skin']));
    awaited.forget();
    awaited.captured(capture('d'));
    expect(timers.size).toBe(0);
    awaited.giveUp();
    expect(missed).toHaveLength(1);
  });
});

test('kinds are read from what a node says, whatever that is', () => {
  const read = (resultKinds: unknown) => resultKindsOf({ type: 'captured', resultKinds });
  expect(read(['skin', 'face-quality', 'skin'])).toEqual(['skin', 'face-quality']);
  expect(read(['skin', 7, '', null, 'x'.repeat(65)])).toEqual(['skin']);
  expect(read(Array.from({ length: 1000 }, (_, at) => `k${at}`))).toHaveLength(16);
  for (const none of [undefined, null, 'skin', {}, [], [1]]) expect(read(none)).toBeUndefined();
  expect(resultKindsOf({})).toBeUndefined();
});
