import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { type BusJobQueueOptions, createJobQueue } from '../../src/bus/job-queue.ts';
import { createJobShelf } from '../../src/bus/job-shelf.ts';
import { createResultPublisher } from '../../src/bus/result-publisher.ts';
import { storedResults } from '../../src/bus/stored-results.ts';
import { resultSubject } from '../../src/bus/subjects.ts';
import { applyChange } from '../../src/jobs/apply-change.ts';
import { createJobDesk } from '../../src/jobs/create-job-desk.ts';
import { createJobWorker, type JobWorker } from '../../src/jobs/create-job-worker.ts';
import { startJobSweep } from '../../src/jobs/job-sweep.ts';
import type { JobDesk, JobHandler } from '../../src/jobs/types.ts';
import { createWebhookJobHandler, submitWebhook } from '../../src/jobs/webhooks/webhook-job-handler.ts';
import { BUS_HEADERS } from '../../src/protocol/bus-messages.ts';
import type { JobStatus } from '../../src/protocol/jobs.ts';
import { resultRecordSchema } from '../../src/protocol/records.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import type { RedisJobStore } from '../../src/state/redis-job-store.ts';
import { CORRELATION, jobRequest, jobStatus } from '../support/job-records.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { createSignalCount } from '../support/signal-count.ts';
import { createStubJobHandler, type StubEnd } from '../support/stub-job-handlers.ts';
import { until } from '../support/until.ts';

const MAX_PAYLOAD_BYTES = 1024 * 1024;
const PIXELS = Buffer.from('pixels, pixels');
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const clock = { nowMs: Date.now };

describe.skipIf(natsServerMissing !== null || redisServerMissing !== null)('jobs over NATS and Redis', () => {
  let nats: TestNatsServer;
  let redis: TestRedisServer;
  let bus: Bus;
  let state: RedisState;
  let store: RedisJobStore;
  let desk: JobDesk;
  const events: string[] = [];
  const workers: JobWorker[] = [];

  beforeAll(async () => {
    [nats, redis] = await Promise.all([
      startNatsServer({ maxPayloadBytes: MAX_PAYLOAD_BYTES }),
      startRedisServer(),
    ]);
    [bus, state] = await Promise.all([
      createBus({ servers: nats.url, name: 'test' }),
      createRedisState({ url: redis.url }),
    ]);
    await ensureTopology(bus);
    store = state.openJobStore({ ttlMs: 3_600_000, applyChange });
    desk = createJobDesk({
      store,
      queue: createJobQueue(bus),
      events: { record: (event, { jobId }) => void events.push(`${event} ${jobId}`) },
      clock,
      checkWebhookUrl: async () => {},
    });
  });
  afterAll(async () => {
    state?.close();
    await bus?.close();
    await Promise.all([nats?.close(), redis?.close()]);
  });
  beforeEach(() => {
    events.length = 0;
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.stop();
    for (const stream of ['JOBS', 'DEAD']) await bus.nats.manager.streams.purge(stream);
  });

  async function startWorker(handler: JobHandler, options: BusJobQueueOptions = {}): Promise<void> {
    const worker = createJobWorker({
      handler,
      source: createJobQueue(bus, { backoffMs: [10], stopGraceMs: 0, ...options }),
      store,
      results: handler.kind === 'webhook' ? null : createResultPublisher(bus),
      events: { record: () => {} },
      clock,
      concurrency: 4,
      codeVersion: 'test',
      onEnded: (status) => submitWebhook(desk, status),
    });
    workers.push(worker);
    await worker.start();
  }

  const submit = async (end: StubEnd, extra: Partial<Parameters<JobDesk['submit']>[0]> = {}) =>
    desk.submit({
      kind: 'skin',
      owner: null,
      correlation: CORRELATION,
      params: { end, workMs: 0, name: 'zoë\n✓' },
      parts: [
        { name: 'image', contentType: 'image/png', data: PIXELS },
        { name: 'empty', contentType: 'image/png', data: new Uint8Array() },
        { name: 'segmentation-map', contentType: 'image/png', data: Buffer.from([1, 2, 3]) },
      ],
      ...extra,
    });
  const wait = (jobId: string): Promise<JobStatus> => desk.wait(jobId, { timeoutMs: 10_000 });
  const messages = async (stream: string) => (await bus.nats.manager.streams.info(stream)).state.messages;
  const gone = () => until(async () => (await messages('JOBS')) === 0, 5000);

  it('bring every part to the worker as it was, and leave nothing in the stream', async () => {
    const seen = new Map<string, string>();
    await startWorker(
      createStubJobHandler('skin', (_jobId, parts) => {
        for (const [name, part] of parts) seen.set(name, Buffer.from(part).toString('latin1'));
      }),
    );
    const { status } = await submit('completed');
    expect(await wait(status.jobId)).toMatchObject({ state: 'completed', attempts: 1 });
    expect(seen).toEqual(
      new Map([
        ['image', PIXELS.toString()],
        ['empty', ''],
        ['segmentation-map', '\u0001\u0002\u0003'],
      ]),
    );
    expect(await desk.result(status.jobId, null)).toMatchObject({ sizes: { image: PIXELS.byteLength } });
    const stored = await bus.nats.manager.streams.getMessage('RESULTS', {
      last_by_subj: `framegate.results.skin.${status.jobId}`,
    });
    expect(stored?.json()).toMatchObject({ captureId: status.jobId, profile: 'upload', status: 'done' });
    await gone();
  });

  it('of the same idempotency key are done once, also when they come at once', async () => {
    const runs: string[] = [];
    await startWorker(createStubJobHandler('skin', (jobId) => runs.push(jobId)));
    const submitted = await Promise.all(
      Array.from({ length: 5 }, () => submit('completed', { idempotencyKey: 'key' })),
    );
    const ids = new Set(submitted.map(({ status }) => status.jobId));
    expect(ids.size).toBe(1);
    expect(submitted.filter(({ isRepeat }) => !isRepeat)).toHaveLength(1);
    await wait([...ids][0]!);
    await gone();
    expect(runs).toEqual([...ids]);
  });

  it('that wait behind one that ends are not lost with it', async () => {
    const jobs = await Promise.all(Array.from({ length: 20 }, () => submit('completed')));
    await startWorker(createStubJobHandler('skin'));
    for (const { status } of jobs) expect(await wait(status.jobId)).toMatchObject({ state: 'completed' });
    await gone();
  });

  it('are cancelled while they wait, and in the middle of the work', async () => {
    const runs: string[] = [];
    const waiting = await submit('hanging');
    await desk.cancel(waiting.status.jobId, null);
    await startWorker(createStubJobHandler('skin', (jobId) => runs.push(jobId)));
    const working = await submit('hanging');
    await until(async () => (await store.read(working.status.jobId))?.state === 'processing', 5000);
    expect(await desk.cancel(working.status.jobId, null)).toMatchObject({ state: 'cancelled' });
    await gone();
    expect(runs).toEqual([working.status.jobId]);
    expect(await desk.result(working.status.jobId, null)).toBeNull();
  });

  it('that fail for now are tried again, and in the end lie with the dead letters, without pixels', async () => {
    await startWorker(createStubJobHandler('skin'));
    const [retried, never, failed] = await Promise.all([
      submit('retried'),
      submit('never'),
      submit('failed'),
    ]);
    expect(await wait(retried.status.jobId)).toMatchObject({ state: 'completed', attempts: 2 });
    expect(await wait(failed.status.jobId)).toMatchObject({ state: 'failed', attempts: 1 });
    expect(await wait(never.status.jobId)).toMatchObject({
      state: 'failed',
      attempts: 5,
      error: { code: 'analysis-timeout', message: 'slow' },
    });
    await until(async () => (await messages('DEAD')) === 1, 5000);
    const letter = await bus.nats.manager.streams.getMessage('DEAD', { last_by_subj: 'framegate.dead.JOBS' });
    expect(letter?.data).toHaveLength(0);
    expect(letter?.header.get(BUS_HEADERS.deadReason)).toBe('analysis-timeout: slow');
    expect(JSON.parse(letter?.header.get(BUS_HEADERS.job) ?? '')).toMatchObject({
      jobId: never.status.jobId,
    });
  });

  it('larger than NATS takes are refused, and nobody knows of them', async () => {
    const data = new Uint8Array(MAX_PAYLOAD_BYTES);
    const parts = [{ name: 'image', contentType: 'image/png', data }];
    await expect(submit('completed', { jobId: 'large', parts })).rejects.toMatchObject({
      code: 'payload-too-large',
    });
    expect(await desk.status('large', null)).toBeNull();
    expect(events).toEqual([]);
  });

  it('whose message says something else than what was submitted end as failed', async () => {
    await startWorker(createStubJobHandler('skin'));
    await store.create(jobStatus('swapped'), null);
    const parts = [{ name: 'image', bytes: 3, sha256: 'ab'.repeat(32), contentType: 'image/png' }];
    await createJobQueue(bus).publish(jobRequest('swapped', { parts }), [Buffer.from('abc')]);
    expect(await wait('swapped')).toMatchObject({ state: 'failed', error: { code: 'image-corrupt' } });
  });

  it('tell whoever asked for it of their end, again until it is taken, under one id', async () => {
    const calls = createSignalCount<{ headers: IncomingHttpHeaders; body: string }>();
    const subscriber = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        calls.add({ headers: request.headers, body });
        response.writeHead(calls.seen.length < 3 ? 503 : 204).end();
      });
    });
    subscriber.listen(0, '127.0.0.1');
    await once(subscriber, 'listening');
    const host = `127.0.0.1:${(subscriber.address() as AddressInfo).port}`;
    try {
      await startWorker(createWebhookJobHandler({ secret: SECRET, allowedHosts: [host], clock }));
      await startWorker(createStubJobHandler('skin'));
      const { status } = await submit('failed', { webhookUrl: `http://${host}/hook` });
      await calls.reached(3);
      await gone();
      const ids = calls.seen.map(({ headers, body }) => {
        const told = new Webhook(SECRET).verify(body, headers as Record<string, string>);
        expect(told).toMatchObject({ type: 'job.failed', data: { job_id: status.jobId } });
        return headers['webhook-id'];
      });
      expect(new Set(ids).size).toBe(1);
      expect(await store.read(ids[0] as string)).toMatchObject({ state: 'completed', attempts: 3 });
    } finally {
      subscriber.close();
    }
  });

  describe('that nobody has in hand', () => {
    const sweepNow = async () => {
      const mended: string[] = [];
      const failures: unknown[] = [];
      const sweep = startJobSweep({
        store,
        shelf: createJobShelf(bus),
        results: createResultPublisher(bus),
        events: { record: (event, { jobId }) => void events.push(`${event} ${jobId}`) },
        clock,
        codeVersion: 'test',
        maxAttempts: () => 5,
        everyMs: 3_600_000,
        overdueMs: -1,
        onMended: ({ jobId, what }) => mended.push(`${what} ${jobId}`),
        onFailure: (error) => failures.push(error),
      });
      await sweep.sweep();
      await sweep.stop();
      expect(failures).toEqual([]);
      return mended;
    };
    /** As a worker that died together with the server: all were given to it, and the server takes them for done. */
    const deliverAll = async () => {
      const consumer = await bus.nats.jetstream.consumers.get('JOBS', 'jobs-skin');
      let left = (await consumer.info()).num_pending;
      for await (const message of await consumer.fetch({ max_messages: left, expires: 5000 })) {
        await message.ackAck();
        left--;
        if (left === 0) break;
      }
    };

    it('but wait are left alone, and those that were forgotten are put back and done', async () => {
      const first = await submit('completed');
      expect(await sweepNow()).toEqual([]);
      await deliverAll();
      expect(await sweepNow()).toEqual([`put-back ${first.status.jobId}`]);
      expect(await sweepNow()).toEqual([]);
      expect(await messages('JOBS')).toBe(1);
      await startWorker(createStubJobHandler('skin'));
      expect(await wait(first.status.jobId)).toMatchObject({ state: 'completed' });
      expect(await desk.result(first.status.jobId, null)).toMatchObject({
        sizes: { image: PIXELS.byteLength },
      });
    });

    it('and whose message is gone end as lost', async () => {
      const { status } = await submit('completed');
      await bus.nats.manager.streams.purge('JOBS');
      expect(await sweepNow()).toEqual([`lost ${status.jobId}`]);
      expect(await wait(status.jobId)).toMatchObject({ state: 'failed', error: { code: 'job-lost' } });
      expect(events.at(-1)).toBe(`failed ${status.jobId}`);
      const lost = await storedResults(bus.nats.manager, resultSubject('skin', status.jobId));
      expect(lost.map((one) => resultRecordSchema.parse(one.json()))).toMatchObject([
        { captureId: status.jobId, status: 'failed', error: { code: 'job-lost' } },
      ]);
    });

    it('but have ended leave no message behind', async () => {
      const { status } = await submit('completed');
      const other = await submit('completed');
      await desk.cancel(status.jobId, null);
      await sweepNow();
      expect(await messages('JOBS')).toBe(1);
      await store.remove(other.status.jobId);
      await sweepNow();
      expect(await messages('JOBS')).toBe(0);
    });
  });
});
