import { expect, test } from 'vitest';
import type { ResumeEntry } from '../../src/edge/ports.ts';
import { createResumeSaver, SAVED_FOR_MS } from '../../src/edge/resume-saver.ts';
import { createVirtualClock, settled } from '../support/virtual-clock.ts';

const entry = (state: unknown): ResumeEntry => ({
  sessionId: 's',
  tokenHash: 'h',
  subject: null,
  node: 'a',
  state,
});

function createSlowStore() {
  const saves: {
    state: unknown;
    generation: number;
    ttlMs: number;
    end(outcome: 'saved' | 'superseded' | Error): void;
  }[] = [];
  const told: string[] = [];
  const clock = createVirtualClock();
  const saver = createResumeSaver({
    store: {
      save: ({ state }, generation, ttlMs) =>
        new Promise((resolve, reject) => {
          saves.push({
            state,
            generation,
            ttlMs,
            end: (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)),
          });
        }),
      claim: async () => null,
      remove: async () => {},
      onSuperseded: () => () => {},
    },
    generation: 3,
    ttlMs: 1000,
    nowMs: clock.nowMs,
    onSuperseded: () => told.push('superseded'),
    onFailed: (error) => told.push(String(error)),
  });
  return { saver, saves, told, clock };
}

test('RS7 one save at a time, and of those that wait only the newest', async () => {
  const { saver, saves } = createSlowStore();
  for (const state of [1, 2, 3]) saver.save(entry(state), false);
  let idle = false;
  const whenIdle = saver.idle().then(() => {
    idle = true;
  });
  await settled();
  expect(saves.map(({ state }) => state)).toEqual([1]);
  saves[0]!.end('saved');
  await settled();
  expect(saves.map(({ state, generation }) => [state, generation])).toEqual([
    [1, 3],
    [3, 3],
  ]);
  expect(idle).toBe(false);
  saves[1]!.end('saved');
  await whenIdle;
});

test('RS7 a save that fails is told, and the next is tried', async () => {
  const { saver, saves, told } = createSlowStore();
  saver.save(entry(1), false);
  saves[0]!.end(new Error('away'));
  await saver.idle();
  saver.save(entry(2), false);
  expect(saves.map(({ state }) => state)).toEqual([1, 2]);
  expect(told).toEqual(['Error: away']);
});

test('a store that is away is told of once, and again after it was back', async () => {
  const { saver, saves, told } = createSlowStore();
  for (const outcome of [new Error('1'), new Error('2'), 'saved', new Error('3')] as const) {
    saver.save(entry(outcome), false);
    saves.at(-1)!.end(outcome);
    await saver.idle();
  }
  expect(told).toEqual(['Error: 1', 'Error: 3']);
});

test('RS3 after another has taken the session nothing more is saved', async () => {
  const { saver, saves, told } = createSlowStore();
  saver.save(entry(1), false);
  saver.save(entry(2), false);
  saves[0]!.end('superseded');
  await saver.idle();
  saver.save(entry(3), false);
  await saver.idle();
  expect(saves).toHaveLength(1);
  expect(told).toEqual(['superseded']);
});

test('RS1 a save that failed or gets old is due again; none is while it is being made', async () => {
  const { saver, saves, clock } = createSlowStore();
  saver.save(entry(1), false);
  await clock.advance(SAVED_FOR_MS);
  expect(saver.isDue()).toBe(false);
  saves[0]!.end('saved');
  await settled();
  // As old as its beginning: what it says was true then.
  expect(saver.isDue()).toBe(true);
  saver.save(entry(2), false);
  saves[1]!.end('saved');
  await settled();
  expect(saver.isDue()).toBe(false);
  saver.save(entry(3), false);
  saves[2]!.end(new Error('away'));
  await settled();
  expect(saver.isDue()).toBe(true);
  saver.save(entry(4), false);
  saves[3]!.end('superseded');
  await settled();
  await clock.advance(SAVED_FOR_MS);
  expect(saver.isDue()).toBe(false);
});

test('RS1 a live session is kept past its next save, one that has ended for the time that it can be resumed', () => {
  const { saver, saves } = createSlowStore();
  saver.save(entry(1), false);
  expect(saves[0]!.ttlMs).toBeGreaterThan(1000 + SAVED_FOR_MS);
  const ended = createSlowStore();
  ended.saver.save(entry(1), true);
  expect(ended.saves[0]!.ttlMs).toBe(1000);
});
