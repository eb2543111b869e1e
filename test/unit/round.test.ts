import { expect, test } from 'vitest';
import { createRound } from '../../src/edge/round.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';

function start(members: number) {
  const clock = createVirtualClock(0);
  const visits: { member: number; atMs: number }[] = [];
  const round = createRound<number>({
    periodMs: 5000,
    setTimer: clock.setTimer,
    visit: (member) => visits.push({ member, atMs: clock.nowMs() }),
  });
  for (let member = 0; member < members; member++) round.add(member);
  return { clock, round, visits };
}

test('each member is visited once in a period, those that came together at different times', async () => {
  const { clock, visits } = start(1000);
  await clock.advance(5000);
  expect(new Set(visits.map(({ member }) => member)).size).toBe(1000);
  expect(visits).toHaveLength(1000);
  const atOnce = Map.groupBy(visits, ({ atMs }) => atMs);
  expect(Math.max(...[...atOnce.values()].map((group) => group.length))).toBe(20);
  await clock.advance(5000);
  const times = Map.groupBy(visits, ({ member }) => member);
  for (const [first, second] of times.values()) expect(second!.atMs - first!.atMs).toBe(5000);
});

test('one that has left is not visited, and the last one takes the timer along', async () => {
  const { clock, round, visits } = start(3);
  round.remove(1);
  await clock.advance(5000);
  expect(visits.map(({ member }) => member).sort()).toEqual([0, 2]);
  expect([...round]).toEqual([0, 2]);
  round.remove(0);
  round.remove(2);
  expect([round.size, clock.pendingTimers()]).toEqual([0, 0]);
  round.add(7);
  await clock.advance(5000);
  expect(visits.at(-1)?.member).toBe(7);
});

test('members may leave while they are visited', async () => {
  const clock = createVirtualClock(0);
  const visited: number[] = [];
  const round = createRound<number>({
    periodMs: 100,
    setTimer: clock.setTimer,
    visit(member) {
      visited.push(member);
      round.remove(member);
    },
  });
  for (let member = 0; member < 5; member++) round.add(member);
  await clock.advance(1000);
  expect(visited).toEqual([0, 1, 2, 3, 4]);
  expect(clock.pendingTimers()).toBe(0);
});
