import { describe, expect, test } from 'vitest';
import { createScheduler, type FrameSource } from '../../src/edge/scheduler.ts';
import { createVirtualClock, settled } from '../support/virtual-clock.ts';

interface Job {
  readonly name: string;
  end(): Promise<void>;
}

/** A scheduler whose jobs end when the test says so. */
function createBench(slots: number) {
  const clock = createVirtualClock();
  const scheduler = createScheduler({ slots, nowMs: clock.nowMs });
  const running: Job[] = [];
  const started: string[] = [];

  function run(name: string): Promise<void> {
    started.push(name);
    return new Promise((resolve) => {
      const job: Job = {
        name,
        async end() {
          running.splice(running.indexOf(job), 1);
          resolve();
          await settled();
        },
      };
      running.push(job);
    });
  }

  return {
    clock,
    scheduler,
    running,
    started,
    source: (name: string): FrameSource => ({ start: () => run(name) }),
    still: (name: string) => scheduler.submitStill(() => run(name)),
  };
}

describe('scheduler', () => {
  test('SC1 a session that has been served goes behind all who wait', async () => {
    const { scheduler, running, started, source } = createBench(1);
    const [a, b, c] = ['a', 'b', 'c'].map(source) as [FrameSource, FrameSource, FrameSource];
    for (const one of [a, b, c]) scheduler.offer(one);
    await settled();
    scheduler.offer(a);
    scheduler.offer(a);
    for (let turn = 0; turn < 4; turn++) await running[0]!.end();
    expect(started).toEqual(['a', 'b', 'c', 'a']);
    expect(scheduler.stats()).toMatchObject({ running: 0, waitingSources: 0 });
  });

  test('FR5 a session has one frame in work, however many slots are free', async () => {
    const { scheduler, started, source } = createBench(4);
    const a = source('a');
    scheduler.offer(a);
    await settled();
    scheduler.offer(a);
    await settled();
    expect(started).toEqual(['a']);
  });

  test('no more jobs run than there are slots', async () => {
    const { scheduler, running, source } = createBench(2);
    for (const name of 'abcde') scheduler.offer(source(name));
    await settled();
    expect(running.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('a session that has nothing any more costs no slot', async () => {
    const { scheduler, started, source } = createBench(1);
    scheduler.offer({ start: () => null });
    const gone = source('gone');
    scheduler.offer(gone);
    scheduler.withdraw(gone);
    scheduler.offer(source('a'));
    await settled();
    expect(started).toEqual(['a']);
  });

  test('SC2 stills go first, but never two in a row while a frame waits', async () => {
    const { scheduler, running, started, source, still } = createBench(1);
    for (const name of ['frame-1', 'frame-2']) scheduler.offer(source(name));
    for (const name of ['still-1', 'still-2', 'still-3', 'still-4']) still(name);
    await settled();
    while (running.length > 0) await running[0]!.end();
    expect(started).toEqual(['still-1', 'frame-1', 'still-2', 'frame-2', 'still-3', 'still-4']);
  });

  test('a job that rejects frees its slot', async () => {
    const { scheduler, started, source } = createBench(1);
    scheduler.offer({ start: () => Promise.reject(new Error('broken')) });
    scheduler.offer(source('a'));
    await settled();
    expect(started).toEqual(['a']);
  });

  test('stats tell utilisation', async () => {
    const { clock, scheduler, running, source } = createBench(2);
    const a = source('a');
    for (let turn = 0; turn < 50; turn++) {
      scheduler.offer(a);
      await settled();
      await clock.advance(100);
      await running[0]!.end();
    }
    const { utilisation } = scheduler.stats();
    expect(utilisation).toBeGreaterThan(0.45);
    expect(utilisation).toBeLessThan(0.55);
  });

  test.each([
    ['equal rates', [20, 20, 20, 20, 20, 20, 20, 20]],
    ['unequal rates', [60, 40, 25, 15, 15, 20, 30, 35]],
    ['one that floods', [120, 20, 20, 20, 20, 20, 20, 20]],
  ])('SC1 twice the load, %s: everyone gets the same', async (_title, rates) => {
    const clock = createVirtualClock();
    const slots = 2;
    const offeredFps = rates.reduce((sum, rate) => sum + rate, 0);
    const serviceMs = (2 * slots * 1000) / offeredFps;
    const scheduler = createScheduler({ slots, nowMs: clock.nowMs });
    const answered = rates.map(() => 0);
    rates.forEach((fps, index) => {
      let hasFrame = false;
      const source: FrameSource = {
        start() {
          if (!hasFrame) return null;
          hasFrame = false;
          answered[index]! += 1;
          return new Promise((resolve) => void clock.setTimer(serviceMs * (0.8 + 0.05 * index), resolve));
        },
      };
      const take = () => {
        hasFrame = true;
        scheduler.offer(source);
        clock.setTimer(1000 / fps, take);
      };
      clock.setTimer(index, take);
    });
    await clock.advance(20_000);
    expect(jainIndex(answered)).toBeGreaterThanOrEqual(0.97);
  });
});

/** 1 when all are equal, 1/n when one has everything. */
function jainIndex(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return (sum * sum) / (shares.length * squares);
}
