import { expect, test } from 'vitest';
import { createCommandWindow } from '../../src/state/command-window.ts';
import { createVirtualClock, settled } from '../support/virtual-clock.ts';

/** A server whose answers the test gives, in order. */
function start(maxInFlight: number) {
  const clock = createVirtualClock(0);
  const window = createCommandWindow({ maxInFlight, timeoutMs: 1000, setTimer: clock.setTimer });
  const owed: { name: number; answer: (text: string) => void; fail: (error: Error) => void }[] = [];
  const ended: string[] = [];
  let last = 0;
  return {
    clock,
    owed,
    ended,
    run(count: number) {
      for (let index = 0; index < count; index++) {
        const name = last++;
        window
          .run(
            () => new Promise<string>((answer, fail) => owed.push({ name, answer, fail })),
            () => new Error('overdue'),
          )
          .then(
            (text) => ended.push(`${name} ${text}`),
            (error: Error) => ended.push(`${name} ${error.message}`),
          );
      }
    },
    async answer(count: number) {
      for (const { answer } of owed.splice(0, count)) answer('ok');
      await settled();
    },
  };
}

test('no more are under way than may be, and all are answered in their order', async () => {
  const { owed, ended, run, answer } = start(4);
  run(10);
  expect(owed).toHaveLength(4);
  await answer(1);
  expect(owed.map(({ name }) => name)).toEqual([1, 2, 3, 4]);
  for (let round = 0; round < 9; round++) await answer(1);
  expect(ended).toEqual(Array.from({ length: 10 }, (_, name) => `${name} ok`));
});

test('a server that has fallen silent fails all at once and is sent nothing more until it answers', async () => {
  const { clock, owed, ended, run, answer } = start(2);
  run(5);
  await clock.advance(900);
  expect(ended).toEqual([]);
  await clock.advance(400);
  expect(ended).toEqual([0, 1, 2, 3, 4].map((name) => `${name} overdue`));
  run(1000);
  await settled();
  expect(owed).toHaveLength(2);
  expect(ended).toHaveLength(1005);
  expect(clock.pendingTimers()).toBe(0);
  // It goes on: the answers that nobody waits for any more free their places.
  await answer(1);
  run(2);
  expect(owed).toHaveLength(2);
  await answer(2);
  await answer(1);
  expect(ended.slice(1005)).toEqual(['1005 ok', '1006 ok']);
});

test('a slow server that keeps answering fails nobody, however long the queue', async () => {
  const { clock, ended, run, answer } = start(8);
  run(20);
  for (let round = 0; round < 20; round++) {
    await clock.advance(900);
    await answer(1);
  }
  expect(ended.filter((text) => text.endsWith('ok'))).toHaveLength(20);
});

test('a connection that is lost fails what is under way and lets the rest try', async () => {
  const { clock, owed, ended, run, answer } = start(2);
  run(4);
  for (const { fail } of owed.splice(0)) fail(new Error('lost'));
  await settled();
  await answer(2);
  expect(ended.sort()).toEqual(['0 lost', '1 lost', '2 ok', '3 ok']);
  await clock.advance(5000);
  expect(clock.pendingTimers()).toBe(0);
});
