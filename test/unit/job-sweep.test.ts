import { describe, expect, it } from 'vitest';
import { startJobSweep } from '../../src/jobs/job-sweep.ts';
import type { JobStatus } from '../../src/protocol/jobs.ts';
import { type ResultRecord, resultRecordSchema } from '../../src/protocol/records.ts';
import { jobStatus } from '../support/job-records.ts';
import { createMemoryJobStore } from '../support/memory-job-store.ts';

const OVERDUE_MS = 45_000;

async function setUp(places: Record<string, 'waiting' | 'forgotten'>) {
  const clock = { ms: 1_760_000_000_000 };
  const store = createMemoryJobStore(() => clock.ms);
  const log: string[] = [];
  const ended: JobStatus[] = [];
  const failures: unknown[] = [];
  const results: ResultRecord[] = [];
  const sweep = startJobSweep({
    store,
    shelf: {
      all: async () => Object.keys(places).map((jobId) => ({ kind: 'skin', jobId })),
      places: async () => new Map(Object.entries(places)),
      putBack: async (_kind, jobId) => void log.push(`put back ${jobId}`),
      remove: async (_kind, jobId) => void log.push(`remove ${jobId}`),
    },
    events: { record: (event, { jobId }) => void log.push(`${event} ${jobId}`) },
    results: { publish: async (result) => void results.push(resultRecordSchema.parse(result)) },
    clock: { nowMs: () => clock.ms },
    codeVersion: '1.2.3',
    maxAttempts: () => 5,
    onEnded: async (status) => void ended.push(status),
    everyMs: 3_600_000,
    overdueMs: OVERDUE_MS,
    onFailure: (error) => failures.push(error),
  });
  await store.create(jobStatus('j'), null);
  return {
    store,
    clock,
    log,
    ended,
    results,
    look: async () => {
      await sweep.sweep();
      await sweep.stop();
      expect(failures).toEqual([]);
    },
  };
}

describe('the sweep of jobs', () => {
  it('removes the message of a job that has ended, after whoever wanted to be told was told', async () => {
    const { look, store, log, ended } = await setUp({ j: 'waiting' });
    await store.change('j', { type: 'cancel', atMs: 1 });
    await look();
    expect(log).toEqual(['remove j']);
    expect(ended).toMatchObject([{ jobId: 'j', state: 'cancelled' }]);
  });

  it('removes the message of a job that nobody knows any more', async () => {
    const { look, log } = await setUp({ unknown: 'forgotten' });
    await look();
    expect(log).toEqual(['remove unknown']);
  });

  it('leaves alone what somebody touched a short while ago', async () => {
    const { look, clock, log } = await setUp({});
    clock.ms += OVERDUE_MS - 1;
    await look();
    expect(log).toEqual([]);
  });

  it('leaves alone what waits in a long queue', async () => {
    const { look, store, clock, log } = await setUp({ j: 'waiting' });
    clock.ms += OVERDUE_MS;
    await look();
    expect(log).toEqual([]);
    expect(await store.idleSince(clock.ms - 1, 9)).toEqual([]);
  });

  it('puts back what its consumer takes for done', async () => {
    const { look, store, clock, log } = await setUp({ j: 'forgotten' });
    clock.ms += OVERDUE_MS;
    await look();
    expect(log).toEqual(['put back j']);
    expect(await store.read('j')).toMatchObject({ state: 'pending' });
  });

  it('ends a job without a message as lost', async () => {
    const { look, store, clock, log, ended } = await setUp({});
    clock.ms += OVERDUE_MS;
    await look();
    expect(log).toEqual(['failed j']);
    expect(await store.read('j')).toMatchObject({ state: 'failed', error: { code: 'job-lost' } });
    expect(ended).toMatchObject([{ state: 'failed' }]);
  });

  it('ends a job that no worker survives, instead of putting it back for ever', async () => {
    const { look, store, clock, log } = await setUp({ j: 'forgotten' });
    for (let i = 0; i < 5; i++) await store.change('j', { type: 'start', atMs: 1 });
    clock.ms += OVERDUE_MS;
    await look();
    expect(log).toEqual(['failed j']);
    expect(await store.read('j')).toMatchObject({ state: 'failed', error: { code: 'job-lost' } });
  });

  it.each([0, 1, 3])('tells RESULTS of a lost job that was begun %i times', async (attempts) => {
    const { look, store, clock, results } = await setUp({});
    const correlation = { requestId: 'r', analysisSessionId: 'session-9', frameSeq: null };
    await store.create(jobStatus('other', { correlation, createdAtMs: clock.ms }), null);
    await store.remove('j');
    for (let i = 0; i < attempts; i++) await store.change('other', { type: 'start', atMs: clock.ms });
    clock.ms += OVERDUE_MS;
    await look();
    expect(results).toMatchObject([
      {
        captureId: 'other',
        sessionId: 'session-9',
        kind: 'skin',
        status: 'failed',
        profile: 'upload',
        finishedAtMs: clock.ms,
        durationMs: OVERDUE_MS,
        attempt: Math.max(1, attempts),
        measurements: [],
        result: null,
        error: { code: 'job-lost' },
        provenance: { analyzer: 'skin', analyzerVersion: '', codeVersion: '1.2.3', models: [] },
        correlation,
      },
    ]);
  });

  it('tells RESULTS nothing of a job that somebody ended in between, and of no webhook', async () => {
    const { look, store, clock, results } = await setUp({});
    await store.create(jobStatus('hook', { kind: 'webhook' }), null);
    clock.ms += OVERDUE_MS;
    const { change } = store;
    store.change = async (jobId, made) => {
      if (jobId === 'j') await change(jobId, { type: 'complete', atMs: 1, result: {} });
      return change(jobId, made);
    };
    await look();
    expect(await store.read('hook')).toMatchObject({ state: 'failed' });
    expect(results).toEqual([]);
  });

  it('forgets an open job whose time was over', async () => {
    const { look, store, clock } = await setUp({});
    const read = store.read;
    store.read = async (jobId) => (jobId === 'j' ? null : read(jobId));
    clock.ms += OVERDUE_MS;
    await look();
    expect(await store.idleSince(clock.ms, 9)).toEqual([]);
  });
});
