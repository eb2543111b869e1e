import { expect, test } from 'vitest';
import type { ResultFeed } from '../../src/edge/ports.ts';
import { createResultSubscription } from '../../src/edge/result-subscription.ts';
import type { ResultRecord } from '../../src/protocol/records.ts';
import { createVirtualClock, settled } from '../support/virtual-clock.ts';

const result = (kind: string) => ({ captureId: 'c', kind }) as ResultRecord;

/** A feed that fails as often as it is told, and counts its subscribers. */
function createFeed(failures: { subscribe?: number; replay?: number }) {
  const left = { subscribe: failures.subscribe ?? 0, replay: failures.replay ?? 0 };
  const subscribers = new Set<(result: ResultRecord) => void>();
  const feed: ResultFeed = {
    async subscribe(_sessionId, handler) {
      await settled();
      if (left.subscribe-- > 0) throw new Error('away');
      subscribers.add(handler);
      return () => subscribers.delete(handler);
    },
    async replay() {
      if (left.replay-- > 0) throw new Error('away');
      return [result('stored')];
    },
  };
  return { feed, subscribers };
}

function subscribe(failures: { subscribe?: number; replay?: number }, captureIds: readonly string[] = ['c']) {
  const clock = createVirtualClock();
  const { feed, subscribers } = createFeed(failures);
  const heard: string[] = [];
  const failed: unknown[] = [];
  const subscription = createResultSubscription({
    feed,
    clock,
    sessionId: 's',
    captureIds,
    onResult: ({ kind }) => heard.push(kind),
    onFailed: (error) => failed.push(error),
  });
  return { clock, subscribers, heard, failed, subscription };
}

test('RE1 RS6 what comes and what is there already', async () => {
  const { clock, subscribers, heard } = subscribe({});
  await clock.advance(0);
  await settled();
  for (const handler of subscribers) handler(result('live'));
  expect(heard).toEqual(['stored', 'live']);
});

test('RE1 a session without captures has no subscription until one is about to be published', async () => {
  const { clock, heard, subscribers, subscription } = subscribe({}, []);
  await clock.advance(60_000);
  expect(subscribers.size).toBe(0);
  subscription.expect('c');
  subscription.expect('d');
  await clock.advance(0);
  await settled();
  for (const handler of subscribers) handler(result('live'));
  expect([subscribers.size, heard]).toEqual([1, ['live']]);
});

test('RE1 what came while the subscription could not be made is asked for', async () => {
  const { clock, heard, subscribers, subscription } = subscribe({ subscribe: 1 }, []);
  subscription.expect('c');
  await clock.advance(0);
  expect([subscribers.size, heard]).toEqual([0, []]);
  await clock.advance(1000);
  await settled();
  expect([subscribers.size, heard]).toEqual([1, ['stored']]);
});

test('RE1 a bus that is away is asked again, without subscribing twice', async () => {
  const { clock, subscribers, heard, failed } = subscribe({ subscribe: 2, replay: 2 });
  for (let second = 0; second < 20; second++) await clock.advance(1000);
  await settled();
  expect(failed).toHaveLength(4);
  expect(heard).toEqual(['stored']);
  expect(subscribers.size).toBe(1);
  expect(clock.pendingTimers()).toBe(0);
});

test.each([0, 1])('CL4 ended with %i failures so far, it leaves nothing', async (subscribeFailures) => {
  const { clock, subscribers, heard, subscription } = subscribe({ subscribe: subscribeFailures });
  if (subscribeFailures > 0) {
    await settled();
    await settled();
  }
  subscription.close();
  await clock.advance(60_000);
  await settled();
  expect(subscribers.size).toBe(0);
  expect(heard).toEqual([]);
  expect(clock.pendingTimers()).toBe(0);
});
