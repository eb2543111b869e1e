import { describe, expect, it } from 'vitest';
import { createJobWorker, type JobWorkerDeps } from '../../src/jobs/create-job-worker.ts';
import type { JobDelivery, JobEventName, JobSource } from '../../src/jobs/job-ports.ts';
import type { JobStore } from '../../src/jobs/job-store.ts';
import type { JobHandler } from '../../src/jobs/types.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import type { JobStatus } from '../../src/protocol/jobs.ts';
import type { ResultRecord } from '../../src/protocol/records.ts';
import { jobRequest, jobStatus } from '../support/job-records.ts';
import { createMemoryJobStore } from '../support/memory-job-store.ts';

const RETRYABLE = new FramegateError('analysis-timeout', 'slow', { retryable: true });
const FINAL = new FramegateError('image-corrupt', 'broken');
const AWAY = new FramegateError('state-unavailable', 'away', { retryable: true });
const DONE = {
  result: { answer: 42 },
  measurements: [{ metric: 'm', value: 1, unit: 'u', confidence: 1 }],
};
const REQUEST = jobRequest('j1', {
  correlation: { requestId: 'r', analysisSessionId: 'session-9', frameSeq: '3' },
  parts: [{ name: 'image', bytes: 1, sha256: 'ab'.repeat(32), contentType: 'image/png' }],
});

type Handle = Parameters<JobSource['consume']>[2];

async function setUp(run: JobHandler['run'], overrides: Partial<JobWorkerDeps> = {}) {
  const memory = createMemoryJobStore();
  /** What happened, in order. */
  const trace: string[] = [];
  const results: ResultRecord[] = [];
  const events: JobEventName[] = [];
  const tries: string[] = [];
  const ended: JobStatus[] = [];
  let handle: Handle | null = null;
  let away = 0;
  const store: JobStore = {
    ...memory,
    change: async (jobId, change) => {
      if (away-- > 0) throw AWAY;
      trace.push(change.type);
      return memory.change(jobId, change);
    },
  };
  const worker = createJobWorker({
    handler: { kind: 'skin', version: '9', modelsOf: () => [], run },
    source: {
      consume: async (_kind, _concurrency, given) => {
        handle = given;
        return { stop: async () => {} };
      },
    },
    store,
    results: {
      publish: async (result) => {
        trace.push('publish');
        results.push(result);
      },
    },
    events: { record: (event) => void events.push(event) },
    clock: { nowMs: () => 42 },
    concurrency: 1,
    codeVersion: '1.2.3',
    onEnded: async (status) => {
      trace.push('tell');
      ended.push(status);
    },
    onTry: (_request, outcome) => void tries.push(outcome),
    ...overrides,
  });
  await worker.start();
  await memory.create(jobStatus('j1'), null);
  return {
    store: memory,
    trace,
    results,
    events,
    tries,
    ended,
    setAway: (times: number) => {
      away = times;
    },
    deliver: (delivery: Partial<JobDelivery> = {}) =>
      handle!({
        request: REQUEST,
        parts: () => new Map(),
        lastDelivery: false,
        signal: new AbortController().signal,
        ...delivery,
      }),
  };
}

const rejecting = (error: Error) => () => Promise.reject(error);

describe('a worker on jobs', () => {
  it('publishes the result, then says completed, then tells, and only then is done', async () => {
    const { deliver, store, trace, results, events, tries } = await setUp(async () => DONE);
    expect(await deliver()).toBeUndefined();
    expect(trace).toEqual(['start', 'publish', 'complete', 'tell']);
    expect(await store.read('j1')).toMatchObject({ state: 'completed', attempts: 1 });
    expect(await store.result('j1')).toEqual(DONE.result);
    expect(results).toMatchObject([
      {
        captureId: 'j1',
        sessionId: 'session-9',
        kind: 'skin',
        status: 'done',
        profile: 'upload',
        attempt: 1,
        measurements: DONE.measurements,
        result: DONE.result,
        correlation: REQUEST.correlation,
        provenance: { analyzerVersion: '9', codeVersion: '1.2.3', seq: 0, imageSha256: 'ab'.repeat(32) },
      },
    ]);
    expect(events).toEqual(['started', 'completed']);
    expect(tries).toEqual(['completed']);
  });

  it('is done at once with a job that has ended, and tells again: it may have died before', async () => {
    const { deliver, store, results, ended } = await setUp(rejecting(new Error('not to be called')));
    await store.change('j1', { type: 'cancel', atMs: 1 });
    expect(await deliver()).toBeUndefined();
    expect(results).toEqual([]);
    expect(ended).toMatchObject([{ state: 'cancelled' }]);
  });

  it('is done with a job that nobody knows any more', async () => {
    const { deliver, store, trace } = await setUp(async () => DONE);
    await store.remove('j1');
    expect(await deliver()).toBeUndefined();
    expect(trace).toEqual(['start']);
  });

  it('has a retryable failure delivered again, and counts the tries', async () => {
    const attempts: number[] = [];
    const { deliver, store, results, events } = await setUp(async (_request, _parts, { attempt }) => {
      attempts.push(attempt);
      if (attempt < 3) throw RETRYABLE;
      return DONE;
    });
    await expect(deliver()).rejects.toBe(RETRYABLE);
    expect(await store.read('j1')).toMatchObject({ state: 'retrying', error: { code: 'analysis-timeout' } });
    await expect(deliver()).rejects.toBe(RETRYABLE);
    expect(results).toEqual([]);
    await deliver();
    expect(attempts).toEqual([1, 2, 3]);
    expect(await store.read('j1')).toMatchObject({ state: 'completed', attempts: 3, error: null });
    expect(events).toEqual(['started', 'retried', 'started', 'retried', 'started', 'completed']);
  });

  it('ends the job at the last delivery, with a dead letter', async () => {
    const { deliver, store, results, ended } = await setUp(rejecting(RETRYABLE));
    expect(await deliver({ lastDelivery: true })).toEqual({ abandon: 'analysis-timeout: slow' });
    expect(await store.read('j1')).toMatchObject({ state: 'failed', error: { message: 'slow' } });
    expect(results).toMatchObject([{ status: 'failed', result: null, error: { code: 'analysis-timeout' } }]);
    expect(ended).toMatchObject([{ state: 'failed' }]);
  });

  it.each([
    ['a final error', FINAL, 'image-corrupt'],
    ['an error of nobody', new TypeError('x is not a function'), 'internal'],
  ])('ends the job at %s, without a dead letter', async (_name, error, code) => {
    const { deliver, store, results } = await setUp(rejecting(error));
    expect(await deliver()).toBeUndefined();
    expect(await store.read('j1')).toMatchObject({ state: 'failed', error: { code } });
    expect(results).toMatchObject([{ status: 'failed' }]);
  });

  it('ends a job whose parts are not what was submitted', async () => {
    const { deliver, store } = await setUp(async () => DONE);
    const parts = () => {
      throw FINAL;
    };
    await deliver({ parts });
    expect(await store.read('j1')).toMatchObject({ state: 'failed', error: { code: 'image-corrupt' } });
  });

  it('aborts the work of a job that is cancelled in the middle, and publishes nothing', async () => {
    const begun = Promise.withResolvers<void>();
    const { deliver, store, results, events, tries } = await setUp((_request, _parts, { signal }) => {
      begun.resolve();
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    const delivered = deliver();
    await begun.promise;
    await store.change('j1', { type: 'cancel', atMs: 2 });
    expect(await delivered).toBeUndefined();
    expect(await store.read('j1')).toMatchObject({ state: 'cancelled' });
    expect(results).toEqual([]);
    expect(events).toEqual(['started']);
    expect(tries).toEqual(['cancelled']);
  });

  it('publishes nothing of a cancelled job whose handler went on', async () => {
    const { deliver, store, results } = await setUp(async () => {
      await store.change('j1', { type: 'cancel', atMs: 2 });
      return DONE;
    });
    await deliver();
    expect(results).toEqual([]);
    expect(await store.result('j1')).toBeNull();
  });

  it('is no failure of the job when the worker has to stop', async () => {
    const stopping = new AbortController();
    const { deliver, store, results } = await setUp(async () => {
      stopping.abort();
      throw FINAL;
    });
    await expect(deliver({ signal: stopping.signal })).rejects.toBe(FINAL);
    expect(await store.read('j1')).toMatchObject({ state: 'retrying' });
    expect(results).toEqual([]);
  });

  it('that was taken for dead does not end what another one has in hand', async () => {
    const { deliver, store, results, tries } = await setUp(async () => {
      await store.change('j1', { type: 'start', atMs: 2 });
      throw FINAL;
    });
    await expect(deliver()).rejects.toBe(FINAL);
    expect(await store.read('j1')).toMatchObject({ state: 'processing', attempts: 2 });
    expect(results).toEqual([]);
    expect(tries).toEqual(['superseded']);
  });

  it('waits for Redis with the job in hand, at the begin and at the end', async () => {
    let runs = 0;
    const { deliver, store, setAway } = await setUp(async () => {
      runs++;
      setAway(1);
      return DONE;
    });
    setAway(1);
    expect(await deliver()).toBeUndefined();
    expect(runs).toBe(1);
    expect(await store.read('j1')).toMatchObject({ state: 'completed', attempts: 1 });
  });

  it('gives the job back when it has to stop while Redis is away', async () => {
    const { deliver, setAway } = await setUp(async () => DONE);
    setAway(99);
    await expect(deliver({ signal: AbortSignal.abort() })).rejects.toBe(AWAY);
  });

  it('has the job delivered again where the one who wanted to be told could not be', async () => {
    const refused = new FramegateError('internal', 'no');
    const { deliver, store } = await setUp(async () => DONE, { onEnded: rejecting(refused) });
    await expect(deliver()).rejects.toBe(refused);
    expect(await store.read('j1')).toMatchObject({ state: 'completed' });
  });
});
