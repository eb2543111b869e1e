import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startWorkerHeartbeat } from '../../src/jobs/worker-heartbeat.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const log: string[] = [];
  const failures: string[] = [];
  let before = async (): Promise<void> => {};
  const register = {
    beat: async (workerId: string, ttlMs: number) => {
      await before();
      log.push(`beat ${workerId} ${ttlMs}`);
    },
    leave: async (workerId: string) => void log.push(`leave ${workerId}`),
  };
  return {
    log,
    failures,
    beforeBeat: (next: () => Promise<void>) => {
      before = next;
    },
    start: () =>
      startWorkerHeartbeat({
        register,
        workerId: 'w',
        everyMs: 1000,
        onFailure: ({ code }) => failures.push(code),
      }),
  };
}

describe('the heartbeat of a worker', () => {
  it('is there at once and again and again, each good for longer than it takes to the next', async () => {
    const { log, start } = setUp();
    const heartbeat = await start();
    expect(log).toEqual(['beat w 3000']);
    await vi.advanceTimersByTimeAsync(2000);
    expect(log).toEqual(Array(3).fill('beat w 3000'));
    await heartbeat.stop();
  });

  it('goes on when the register was away, at the start too', async () => {
    const { log, failures, beforeBeat, start } = setUp();
    beforeBeat(async () => {
      throw new FramegateError('state-unavailable', 'away');
    });
    const heartbeat = await start();
    expect(failures).toEqual(['state-unavailable']);
    beforeBeat(async () => {});
    await vi.advanceTimersByTimeAsync(1000);
    expect(log).toEqual(['beat w 3000']);
    await heartbeat.stop();
  });

  it('ends with the leave: a beat on its way comes before it, and none after it', async () => {
    const { log, beforeBeat, start } = setUp();
    const heartbeat = await start();
    const gate = Promise.withResolvers<void>();
    beforeBeat(() => gate.promise);
    await vi.advanceTimersByTimeAsync(1000);
    const stopped = heartbeat.stop();
    gate.resolve();
    await stopped;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(log).toEqual(['beat w 3000', 'beat w 3000', 'leave w']);
  });
});
