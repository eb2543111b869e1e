import { randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { createJobQueue } from '../../src/bus/job-queue.ts';
import { createRecordLog } from '../../src/bus/record-log.ts';
import { rowCaptureId } from '../../src/captures/batch/batch-capture.ts';
import { createPartnerBatchHandler } from '../../src/captures/batch/partner-batch-handler.ts';
import { createPartnerBatches, type PartnerBatches } from '../../src/captures/batch/partner-batches.ts';
import { tellingPartners } from '../../src/captures/batch/partner-webhooks.ts';
import { applyChange } from '../../src/jobs/apply-change.ts';
import { createJobDesk } from '../../src/jobs/create-job-desk.ts';
import { createJobWorker, type JobWorker } from '../../src/jobs/create-job-worker.ts';
import type { JobDesk } from '../../src/jobs/types.ts';
import { submitWebhook } from '../../src/jobs/webhooks/webhook-job-handler.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import type { PartnerBatch } from '../../src/protocol/partner-batches.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { partnerBatchesKey, partnerBatchKey, partnerWebhookKey } from '../../src/state/keys.ts';
import type { RedisJobStore } from '../../src/state/redis-job-store.ts';
import { CORRELATION } from '../support/job-records.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';

const TTL_MS = 3_600_000;
const clock = { nowMs: Date.now };

describe.skipIf(natsServerMissing !== null || redisServerMissing !== null)(
  'batches over NATS and Redis',
  () => {
    let nats: TestNatsServer;
    let redis: TestRedisServer;
    let bus: Bus;
    let state: RedisState;
    let store: RedisJobStore;
    let desk: JobDesk;
    let batches: PartnerBatches;
    let worker: JobWorker;
    let failAtCreate: number | null = null;

    beforeAll(async () => {
      [nats, redis] = await Promise.all([startNatsServer(), startRedisServer()]);
      [bus, state] = await Promise.all([
        createBus({ servers: nats.url, name: 'test' }),
        createRedisState({ url: redis.url }),
      ]);
      await ensureTopology(bus);
      store = state.openJobStore({ ttlMs: TTL_MS, applyChange });
      const queue = createJobQueue(bus, { backoffMs: [10] });
      const events = { record: () => {} };
      desk = createJobDesk({ store, queue, events, clock, checkWebhookUrl: async () => {} });
      const kept = state.openPartnerBatches({ ttlMs: TTL_MS });
      const { create, read, remove } = state.captures;
      let creates = 0;
      batches = createPartnerBatches({
        batches: kept,
        webhooks: state.partnerWebhooks,
        jobs: desk,
        nowMs: Date.now,
        newId: randomUUID,
      });
      worker = createJobWorker({
        handler: createPartnerBatchHandler({
          batches: kept,
          captures: {
            read,
            remove,
            create: async (capture) => {
              if (++creates === failAtCreate)
                throw new FramegateError('state-unavailable', 'away', { retryable: true });
              return create(capture);
            },
          },
          accounts: state.accounts,
          records: createRecordLog(bus),
        }),
        source: queue,
        store,
        results: null,
        events,
        clock,
        concurrency: 1,
        codeVersion: 'test',
        onEnded: (status) => submitWebhook(desk, status),
      });
      await worker.start();
    });
    afterAll(async () => {
      await worker?.stop();
      state?.close();
      await bus?.close();
      await Promise.all([nats?.close(), redis?.close()]);
    });

    async function partner(): Promise<string> {
      const userId = randomUUID();
      await state.accounts.create({
        userId,
        email: `${userId}@example.org`,
        displayName: null,
        passwordHash: '',
        role: 'partner',
        consent: { store_images: false, training: false },
        createdAtMs: 1,
        lastLoginAtMs: null,
      });
      return userId;
    }

    const submit = (userId: string, rows: number) =>
      batches.submit(
        { userId, role: 'partner' },
        {
          file: {
            format: 'csv',
            text: `customer_name,reference,waist_cm\n${Array.from({ length: rows }, (_, at) => `Ann,r-${at},75`).join('\n')}`,
          },
          correlation: CORRELATION,
          idempotencyKey: null,
        },
      );

    it('are gone through to the end by a worker that breaks off, and told of', async () => {
      const userId = await partner();
      const caller = { userId, role: 'partner' as const };
      const url = 'https://hooks.example.org/x';
      await state.partnerWebhooks.keep(userId, { url, secretHint: null, registeredAtMs: 1 });
      failAtCreate = 270;
      const { batch } = await submit(userId, 350);
      const ended = await desk.wait(batch.batchId, { timeoutMs: 30_000 });
      expect(ended).toMatchObject({ state: 'completed', attempts: 2, webhookUrl: url });
      expect(await batches.read(caller, batch.batchId)).toMatchObject({
        status: 'done',
        batch: { rows: 350, done: 350, accepted: 350, rejected: 0, errors: [] },
      });
      const captures = await state.captures.listOfPartner(userId, { limit: 1000 });
      expect(new Set(captures.map(({ captureId }) => captureId))).toEqual(
        new Set(Array.from({ length: 350 }, (_, at) => rowCaptureId(batch.batchId, at + 1))),
      );
      // Two rows a capture, each once, whatever was done twice.
      expect((await bus.nats.manager.streams.info('RECORDS')).state.messages).toBe(700);
      const told = await bus.nats.manager.streams.getMessage('JOBS', {
        last_by_subj: 'framegate.jobs.webhook.*',
      });
      expect(told?.header.get('Framegate-Job')).toContain(batch.batchId);
    });

    it('are known for their time, and forgotten with their partner', async () => {
      const userId = await partner();
      const { batch } = await submit(userId, 1);
      await desk.wait(batch.batchId, { timeoutMs: 30_000 });
      await state.partnerWebhooks.keep(userId, { url: 'https://x', secretHint: 'h', registeredAtMs: 1 });
      const client = await createClient({ url: redis.url }).connect();
      try {
        for (const key of [partnerBatchKey(batch.batchId), partnerBatchesKey(userId)]) {
          const left = await client.pTTL(key);
          expect(left).toBeGreaterThan(TTL_MS - 60_000);
          expect(left).toBeLessThanOrEqual(TTL_MS);
        }
        await state.forgetPartner(userId);
        expect(await client.exists([partnerBatchesKey(userId), partnerWebhookKey(userId)])).toBe(0);
        expect(await client.exists(partnerBatchKey(batch.batchId))).toBe(0);
      } finally {
        client.destroy();
      }
    });

    it('keep what they are told of, and nothing once they are removed', async () => {
      const kept = state.openPartnerBatches({ ttlMs: TTL_MS });
      const batch: PartnerBatch = {
        batchId: randomUUID(),
        partnerId: 'shop',
        createdAtMs: 1,
        rows: 2,
        done: 2,
        accepted: 1,
        rejected: 1,
        errors: [{ row: 2, column: null, code: 'row-malformed', message: 'is no object' }],
        errorsTruncated: false,
      };
      expect(await kept.read(batch.batchId)).toBeNull();
      await kept.keep(batch);
      expect(await kept.read(batch.batchId)).toEqual(batch);
      await kept.remove(batch.batchId);
      await kept.remove(batch.batchId);
      expect(await kept.read(batch.batchId)).toBeNull();
    });

    it('leave it to a partner’s own address where a capture names none', async () => {
      const userId = await partner();
      await state.partnerWebhooks.keep(userId, { url: 'https://own', secretHint: null, registeredAtMs: 1 });
      const given: unknown[] = [];
      const told = tellingPartners(
        {
          submit: async (job) => {
            given.push([job.kind, job.webhookUrl, job.webhookChecked]);
            return { status: null as never, isRepeat: false };
          },
        },
        state.partnerWebhooks,
      );
      const job = { kind: 'body' as const, owner: userId, correlation: CORRELATION, params: {}, parts: [] };
      await told.submit(job);
      await told.submit({ ...job, webhookUrl: 'https://named' });
      await told.submit({ ...job, kind: 'skin' });
      await told.submit({ ...job, owner: 'nobody' });
      expect(given).toEqual([
        ['body', 'https://own', true],
        ['body', 'https://named', undefined],
        ['skin', undefined, undefined],
        ['body', undefined, undefined],
      ]);
    });
  },
);
