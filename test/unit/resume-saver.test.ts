import { expect, test } from 'vitest';
import type { ResumeEntry } from '../../src/edge/ports.ts';
import { createResumeSaver } from '../../src/edge/resume-saver.ts';
import { settled } from '../support/virtual-clock.ts';

const entry = (state: unknown): ResumeEntry => ({
  sessionId: 's',
  tokenHash: 'h',
  subject: null,
  node: 'a',
  state,
});

function createSlowStore() {
  const saves: { state: unknown; generation: number; end(outcome: 'saved' | 'superseded' | Error): void }[] =
    [];
  const told: string[] = [];
  const saver = createResumeSaver({
    store: {
      save: ({ state }, generation) =>
        new Promise((resolve, reject) => {
          saves.push({
            state,
            generation,
            end: (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)),
          });
        }),
      claim: async () => null,
      remove: async () => {},
      onSuperseded: () => () => {},
    },
    generation: 3,
    ttlMs: 1000,
    onSuperseded: () => told.push('superseded'),
    onFailed: (error) => told.push(String(error)),
  });
  return { saver, saves, told };
}

test('RS7 one save at a time, and of those that wait only the newest', async () => {
  const { saver, saves } = createSlowStore();
  for (const state of [1, 2, 3]) saver.save(entry(state));
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
  saver.save(entry(1));
  saves[0]!.end(new Error('away'));
  await saver.idle();
  saver.save(entry(2));
  expect(saves.map(({ state }) => state)).toEqual([1, 2]);
  expect(told).toEqual(['Error: away']);
});

test('a store that is away is told of once, and again after it was back', async () => {
  const { saver, saves, told } = createSlowStore();
  for (const outcome of [new Error('1'), new Error('2'), 'saved', new Error('3')] as const) {
    saver.save(entry(outcome));
    saves.at(-1)!.end(outcome);
    await saver.idle();
  }
  expect(told).toEqual(['Error: 1', 'Error: 3']);
});

test('RS3 after another has taken the session nothing more is saved', async () => {
  const { saver, saves, told } = createSlowStore();
  saver.save(entry(1));
  saver.save(entry(2));
  saves[0]!.end('superseded');
  await saver.idle();
  saver.save(entry(3));
  await saver.idle();
  expect(saves).toHaveLength(1);
  expect(told).toEqual(['superseded']);
});
