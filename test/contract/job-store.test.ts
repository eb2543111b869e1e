import { randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyChange } from '../../src/jobs/apply-change.ts';
import type { JobStore } from '../../src/jobs/job-store.ts';
import type { JobKind } from '../../src/protocol/jobs.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { failedJobsKey, jobKey, jobResultKey } from '../../src/state/keys.ts';
import { jobStatus } from '../support/job-records.ts';
import { createMemoryJobStore } from '../support/memory-job-store.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { createSignalCount } from '../support/signal-count.ts';

const TTL_MS = 60_000;
const ERROR = { code: 'analysis-timeout', message: 'slow' };

interface Subject {
  /** The same store as two processes see it. */
  readonly here: JobStore;
  readonly there: JobStore;
  readonly clock: { ms: number };
}

function jobStoreContract(name: string, missing: string | null, subject: () => Subject): void {
  describe.skipIf(missing !== null)(`job store: ${name}`, () => {
    const add = async (kind: JobKind = 'skin', key: string | null = null, contentHash = 'hash') => {
      const status = jobStatus(randomUUID(), { kind, createdAtMs: subject().clock.ms });
      const idempotency = key === null ? null : { key, contentHash };
      const { existing } = await subject().here.create(status, idempotency);
      return { jobId: status.jobId, status, existing };
    };

    it('gives back what was kept, to every process, and null for what was not', async () => {
      const { here, there } = subject();
      const { jobId, status } = await add();
      expect(await here.read(jobId)).toEqual(status);
      expect(await there.read(jobId)).toEqual(status);
      expect(await there.read('another')).toBeNull();
      expect(await there.result(jobId)).toBeNull();
      expect(await there.change('another', { type: 'cancel', atMs: 1 })).toBeNull();
    });

    it('keeps one job for an idempotency key, and tells whether its content is the same', async () => {
      const key = randomUUID();
      const first = await add('skin', key);
      expect(first.existing).toBeNull();
      const again = await add('skin', key);
      expect(again.existing).toEqual({ jobId: first.jobId, sameContent: true });
      expect(await subject().there.read(again.jobId)).toBeNull();
      const other = await add('skin', key, 'other hash');
      expect(other.existing).toEqual({ jobId: first.jobId, sameContent: false });
    });

    it('of many that come with one key at once keeps one', async () => {
      const key = randomUUID();
      const added = await Promise.all(Array.from({ length: 10 }, () => add('skin', key)));
      const first = added.filter(({ existing }) => existing === null);
      expect(first).toHaveLength(1);
      const named = added.flatMap(({ existing }) => (existing === null ? [] : [existing.jobId]));
      expect(new Set(named)).toEqual(new Set([first[0]?.jobId]));
    });

    it('frees the key of a job that was removed: its submission failed', async () => {
      const key = randomUUID();
      const failed = await add('skin', key);
      await subject().there.remove(failed.jobId);
      const second = await add('skin', key, 'other hash');
      expect(second.existing).toBeNull();
      expect(await subject().here.read(second.jobId)).not.toBeNull();
    });

    it('keeps a result with the state that says there is one, short or long', async () => {
      const { here, there } = subject();
      for (const result of [{ answer: 42 }, { text: 'ü'.repeat(10_000), list: [1, null, 'x'] }]) {
        const { jobId } = await add();
        await here.change(jobId, { type: 'start', atMs: 5 });
        const done = await here.change(jobId, { type: 'complete', atMs: 9, result });
        expect(done).toMatchObject({ changed: true, status: { state: 'completed', progress: 1 } });
        expect(await there.result(jobId)).toEqual(result);
        expect(await there.read(jobId)).toEqual(done?.status);
      }
    });

    it('lets one of many ends win, and nothing change it', async () => {
      const { here, there } = subject();
      const { jobId } = await add();
      await here.change(jobId, { type: 'start', atMs: 1 });
      const ends = await Promise.all([
        here.change(jobId, { type: 'complete', atMs: 2, result: { by: 'here' } }),
        there.change(jobId, { type: 'cancel', atMs: 2 }),
        here.change(jobId, { type: 'fail', attempt: 1, atMs: 2, error: ERROR }),
        there.change(jobId, { type: 'complete', atMs: 2, result: { by: 'there' } }),
      ]);
      expect(ends.filter((end) => end?.changed)).toHaveLength(1);
      const final = ends.find((end) => end?.changed)?.status;
      for (const type of ['start', 'cancel'] as const) {
        expect(await there.change(jobId, { type, atMs: 3 })).toEqual({ status: final, changed: false });
      }
      await there.touch(jobId, 0.1);
      expect(await here.read(jobId)).toEqual(final);
    });

    it('counts every try of many that begin at once', async () => {
      const { here, there } = subject();
      const { jobId } = await add();
      await Promise.all([here, there, here, there].map((s) => s.change(jobId, { type: 'start', atMs: 1 })));
      expect(await here.read(jobId)).toMatchObject({ state: 'processing', attempts: 4 });
    });

    it('does not hear a failure of a try that another one has followed', async () => {
      const { here, there } = subject();
      const { jobId } = await add();
      await here.change(jobId, { type: 'start', atMs: 1 });
      await there.change(jobId, { type: 'start', atMs: 2 });
      const late = await here.change(jobId, { type: 'fail', attempt: 1, atMs: 3, error: ERROR });
      expect(late).toMatchObject({ changed: false, status: { state: 'processing', attempts: 2 } });
      const retried = await there.change(jobId, { type: 'retry', attempt: 2, error: ERROR });
      expect(retried).toMatchObject({ changed: true, status: { state: 'retrying', error: ERROR } });
    });

    it('lists open jobs that nobody touched, the longest untouched first', async () => {
      const { here, there, clock } = subject();
      const beginMs = clock.ms;
      const old = await add();
      const touched = await add();
      const ended = await add();
      clock.ms += 1000;
      const young = await add();
      await there.touch(touched.jobId, 0.5);
      await there.change(ended.jobId, { type: 'cancel', atMs: clock.ms });
      const own = [old, touched, ended, young].map(({ jobId }) => jobId);
      const idle = async (atMs: number) =>
        (await here.idleSince(atMs, 1000)).filter((jobId) => own.includes(jobId));
      expect(await idle(beginMs)).toEqual([old.jobId]);
      expect((await idle(clock.ms)).sort()).toEqual([old.jobId, touched.jobId, young.jobId].sort());
      expect(await here.read(touched.jobId)).toMatchObject({ progress: 0.5, state: 'pending' });
      await there.remove(old.jobId);
      expect(await idle(beginMs)).toEqual([]);
      expect(await here.idleSince(clock.ms, 1)).toHaveLength(1);
    });

    it('counts jobs of a kind by state, and how long they took in the last day', async () => {
      const { here, there, clock } = subject();
      const kind = 'image-variants';
      const jobs = [await add(kind), await add(kind), await add(kind), await add(kind)];
      const [pending, processing, ...done] = jobs.map(({ jobId }) => jobId);
      for (const jobId of [processing!, ...done]) {
        await there.change(jobId, { type: 'start', atMs: clock.ms });
      }
      for (const [i, jobId] of done.entries()) {
        clock.ms += 100;
        await there.change(jobId, { type: 'complete', atMs: clock.ms, result: { i } });
      }
      expect(await here.counts(kind)).toEqual({
        byState: { pending: 1, processing: 1, retrying: 0, completed: 2, failed: 0, cancelled: 0 },
        completedIn24h: 2,
        meanProcessingMs: 150,
      });
      await here.remove(pending!);
      clock.ms += 25 * 3_600_000;
      expect(await here.counts(kind)).toMatchObject({
        byState: { pending: 0, completed: 2 },
        completedIn24h: 0,
        meanProcessingMs: null,
      });
      expect(await here.counts('webhook')).toMatchObject({ completedIn24h: 0, meanProcessingMs: null });
    });

    it('lists failed jobs of a kind, the newest first', async () => {
      const { here, there, clock } = subject();
      const ids: string[] = [];
      for (let i = 0; i < 3; i++) {
        const { jobId } = await add('face-contours');
        ids.unshift(jobId);
        clock.ms += 10;
        await there.change(jobId, { type: 'fail', attempt: 0, atMs: clock.ms, error: ERROR });
      }
      const failed = await here.failed('face-contours', 2);
      expect(failed.map(({ jobId }) => jobId)).toEqual(ids.slice(0, 2));
      expect(failed[0]).toMatchObject({ state: 'failed', error: ERROR });
      await there.remove(ids[0]!);
      expect((await here.failed('face-contours', 9)).map(({ jobId }) => jobId)).toEqual(ids.slice(1));
    });

    it('forgets a removed job with its result', async () => {
      const { here, there } = subject();
      const { jobId } = await add();
      await here.change(jobId, { type: 'complete', atMs: 1, result: { answer: 42 } });
      await there.remove(jobId);
      expect(await here.read(jobId)).toBeNull();
      expect(await here.result(jobId)).toBeNull();
      await there.remove(jobId);
    });

    it('tells every process of each end and removal, until it unsubscribes', async () => {
      const { here, there } = subject();
      const [heard, unheard] = [createSignalCount<string>(), createSignalCount<string>()];
      here.onEnd(unheard.add)();
      const stop = here.onEnd(heard.add);
      const [first, second] = [await add(), await add()];
      await there.change(first.jobId, { type: 'start', atMs: 1 });
      await there.change(first.jobId, { type: 'complete', atMs: 2, result: {} });
      await there.remove(second.jobId);
      await heard.reached(2);
      stop();
      expect(heard.seen).toEqual([first.jobId, second.jobId]);
      expect(unheard.seen).toEqual([]);
    });
  });
}

{
  const clock = { ms: 1_760_000_000_000 };
  const memory = createMemoryJobStore(() => clock.ms);
  jobStoreContract('memory', null, () => ({ here: memory, there: memory, clock }));
}

describe('redis', () => {
  const clock = { ms: 1_760_000_000_000 };
  let server: TestRedisServer;
  const states: RedisState[] = [];
  const stores: JobStore[] = [];
  beforeAll(async () => {
    if (redisServerMissing !== null) return;
    server = await startRedisServer();
    for (let i = 0; i < 2; i++) states.push(await createRedisState({ url: server.url }));
    for (const state of states) {
      stores.push(state.openJobStore({ ttlMs: TTL_MS, applyChange, nowMs: () => clock.ms }));
    }
  });
  afterAll(async () => {
    for (const state of states) state.close();
    await server?.close();
  });
  jobStoreContract('redis', redisServerMissing, () => ({ here: stores[0]!, there: stores[1]!, clock }));

  it.skipIf(redisServerMissing !== null)('keeps everything for a time, and long results small', async () => {
    const client = createClient({ url: server.url });
    await client.connect();
    const store = stores[0]!;
    const jobId = randomUUID();
    await store.create(jobStatus(jobId), null);
    await client.pExpire(jobKey(jobId), 1000);
    await store.change(jobId, { type: 'complete', atMs: clock.ms, result: { text: 'x'.repeat(100_000) } });
    expect(await client.pTTL(jobKey(jobId))).toBeGreaterThan(TTL_MS - 10_000);
    expect(await client.pTTL(jobResultKey(jobId))).toBeGreaterThan(TTL_MS - 10_000);
    expect(await client.strLen(jobResultKey(jobId))).toBeLessThan(1000);
    client.destroy();
  });

  it.skipIf(redisServerMissing !== null)(
    'keeps no more than the last thousand failures of a kind',
    async () => {
      const client = createClient({ url: server.url });
      await client.connect();
      const members = Array.from({ length: 1000 }, (_, i) => ({ score: i, value: `old-${i}` }));
      await client.zAdd(failedJobsKey('webhook'), members);
      const jobId = randomUUID();
      await stores[0]!.create(jobStatus(jobId, { kind: 'webhook' }), null);
      await stores[0]!.change(jobId, { type: 'fail', attempt: 0, atMs: clock.ms, error: ERROR });
      expect(await client.zCard(failedJobsKey('webhook'))).toBe(1000);
      expect(await client.zRank(failedJobsKey('webhook'), jobId)).toBe(999);
      client.destroy();
    },
  );
});
