import { describe, expect, test } from 'vitest';
import { codecTarget } from '../../loadtest/fuzz/codec/codec-target.ts';
import { fuzz } from '../../loadtest/fuzz/fuzz-loop.ts';
import { scriptOf, sessionTarget } from '../../loadtest/fuzz/session/session-target.ts';
import { shrinkList } from '../../loadtest/fuzz/shrink-list.ts';
import { CODEC_INPUTS } from './fuzz-seeds/codec-inputs.ts';
import { SESSION_SCRIPTS } from './fuzz-seeds/session-scripts.ts';

const RUN_MS = 1000;

/** A fresh run each time; what it finds is told with the seed and the input that bring it back. */
async function runFresh(
  explore: (options: { seed: number; messages: number; maxMs: number }) => ReturnType<typeof fuzz>,
) {
  const seed = Date.now() % 2 ** 31;
  const { failures, messages } = await explore({ seed, messages: Number.POSITIVE_INFINITY, maxMs: RUN_MS });
  expect(failures, `seed ${seed}`).toEqual([]);
  expect(messages).toBeGreaterThan(100);
}

describe('fuzzing', () => {
  test('ER3: what a client sends is parsed or refused, and nothing else', () =>
    runFresh((options) => fuzz(codecTarget('client'), options)));

  test('what a node sends is parsed or refused, and nothing else', () =>
    runFresh((options) => fuzz(codecTarget('server'), options)));

  test('FR2 FB1 FB2 CA2 RE1 CL4: a session keeps its rules whatever happens', () =>
    runFresh((options) => fuzz(sessionTarget, options)));
});

describe('what the fuzzer found once', () => {
  test.each(Object.entries(CODEC_INPUTS))('%s', (_, bytes) => {
    codecTarget('client').run(bytes);
  });

  test.each(Object.entries(SESSION_SCRIPTS))('%s', (_, script) => {
    sessionTarget.run(scriptOf(script));
  });
});

test('a failing script is shrunk to what makes it fail', () => {
  const numbers = Array.from({ length: 100 }, (_, i) => i);
  expect(shrinkList(numbers, (shorter) => shorter.includes(17) && shorter.includes(61))).toEqual([17, 61]);
});
