import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { createJobQueue } from '../../src/bus/job-queue.ts';
import { nanosFromMs } from '../../src/bus/streams.ts';
import { applyChange, isFinal } from '../../src/jobs/apply-change.ts';
import { createJobDesk } from '../../src/jobs/create-job-desk.ts';
import type { JobDesk } from '../../src/jobs/types.ts';
import type { JobState } from '../../src/protocol/jobs.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { CORRELATION } from '../support/job-records.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { createSignalCount } from '../support/signal-count.ts';
import type { StubEnd } from '../support/stub-job-handlers.ts';
import { until } from '../support/until.ts';

const SCRIPT = fileURLToPath(new URL('../support/stub-job-worker.ts', import.meta.url));
const JOBS = 200;
const KINDS = ['skin', 'face-contours', 'image-variants'] as const;
/** Of every ten jobs. */
const ENDS: readonly StubEnd[] = [
  ...Array.from({ length: 5 }, (): StubEnd => 'completed'),
  'failed',
  'retried',
  'never',
  'hanging',
  'retried',
];
const STATES: Readonly<Record<StubEnd, JobState>> = {
  completed: 'completed',
  retried: 'completed',
  failed: 'failed',
  never: 'failed',
  hanging: 'cancelled',
};

describe.skipIf(natsServerMissing !== null || redisServerMissing !== null)('jobs', () => {
  let nats: TestNatsServer;
  let redis: TestRedisServer;
  let bus: Bus;
  let state: RedisState;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    [nats, redis] = await Promise.all([startNatsServer(), startRedisServer()]);
    [bus, state] = await Promise.all([
      createBus({ servers: nats.url, name: 'test' }),
      createRedisState({ url: redis.url }),
    ]);
    await ensureTopology(bus);
    // What the dead worker had in hand comes back after the ack wait.
    for (const kind of KINDS) {
      await bus.nats.manager.consumers.update('JOBS', `jobs-${kind}`, { ack_wait: nanosFromMs(1000) });
    }
  });
  afterAll(async () => {
    await Promise.all(children.map((child) => end(child, 'SIGKILL')));
    state?.close();
    await bus?.close();
    await Promise.all([nats?.close(), redis?.close()]);
  });

  function startWorker(): ChildProcess {
    const child = spawn(process.execPath, [SCRIPT, nats.url, redis.url], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    children.push(child);
    return child;
  }

  async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async function cancelOnceBegun(desk: JobDesk, jobId: string): Promise<void> {
    await until(async () => (await desk.status(jobId, null))?.state === 'processing', 20_000);
    await desk.cancel(jobId, null);
  }

  it('whose worker is killed in the middle of two hundred all end once, in the right state', {
    timeout: 60_000,
  }, async () => {
    const store = state.openJobStore({ ttlMs: 3_600_000, applyChange });
    const ended = createSignalCount<string>();
    store.onEnd(ended.add);
    const desk = createJobDesk({
      store,
      queue: createJobQueue(bus),
      events: { record: () => {} },
      clock: { nowMs: Date.now },
      checkWebhookUrl: async () => {},
    });
    const jobs = await Promise.all(
      Array.from({ length: JOBS }, async (_, i) => {
        const stubEnd = ENDS[i % ENDS.length]!;
        const { status } = await desk.submit({
          kind: KINDS[i % KINDS.length]!,
          owner: null,
          correlation: CORRELATION,
          params: { end: stubEnd, workMs: 10 },
          parts: [{ name: 'image', contentType: 'image/png', data: Buffer.from(`pixels ${i}`) }],
        });
        return { jobId: status.jobId, end: stubEnd };
      }),
    );
    const cancelling = jobs
      .filter((job) => job.end === 'hanging')
      .map(({ jobId }) => cancelOnceBegun(desk, jobId));
    const first = startWorker();
    await ended.reached(JOBS / 2);
    await end(first, 'SIGKILL');
    const second = startWorker();
    await ended.reached(JOBS);
    await Promise.all(cancelling);
    // What the first one had ended and not acknowledged comes once more, and nothing is done again.
    await until(async () => (await bus.nats.manager.streams.info('JOBS')).state.messages === 0, 20_000);
    await end(second, 'SIGTERM');

    expect(second.exitCode).toBe(0);
    expect([...ended.seen].sort()).toEqual(jobs.map(({ jobId }) => jobId).sort());
    const statuses = await Promise.all(jobs.map(({ jobId }) => desk.status(jobId, null)));
    expect(statuses.filter((status) => status === null || !isFinal(status.state))).toEqual([]);
    expect(statuses.map((status) => status?.state)).toEqual(jobs.map((job) => STATES[job.end]));
    for (const [i, { jobId }] of jobs.entries()) {
      const result = await desk.result(jobId, null);
      if (statuses[i]?.state === 'completed') expect(result).toHaveProperty('pid');
      else expect(result).toBeNull();
    }
    const { subjects } = (
      await bus.nats.manager.streams.info('RESULTS', { subjects_filter: 'framegate.results.>' })
    ).state;
    for (const [i, { jobId }] of jobs.entries()) {
      const published = subjects?.[`framegate.results.${KINDS[i % KINDS.length]}.${jobId}`] ?? 0;
      const { state: jobState, error } = statuses[i]!;
      // Killed at its last try, before or after its failure was published.
      if (error?.code === 'job-lost') expect(error.message).toContain('begun 5 times');
      expect(published).toBe(jobState === 'cancelled' ? 0 : 1);
    }
    expect(await store.idleSince(Date.now() + 1, JOBS)).toEqual([]);
  });
});
