import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { json } from 'node:stream/consumers';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { createJobQueue } from '../../src/bus/job-queue.ts';
import { nanosFromMs } from '../../src/bus/streams.ts';
import { CONTOUR_EXAMPLE } from '../../src/http/routes/contours/contour-example.ts';
import { applyChange } from '../../src/jobs/apply-change.ts';
import { createJobDesk } from '../../src/jobs/create-job-desk.ts';
import type { JobDesk, SubmitJob } from '../../src/jobs/types.ts';
import type { ContourJobParams } from '../../src/protocol/contour-options.ts';
import { IMAGE_SIZE_NAMES } from '../../src/protocol/image-records.ts';
import { JOB_KINDS, type JobState } from '../../src/protocol/jobs.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { createFolderStorage } from '../../src/storage/folder-storage.ts';
import { type FramegateProcess, startFramegate } from '../support/framegate-process.ts';
import { CORRELATION } from '../support/job-records.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { renderedFrames } from '../support/rendered-frames.ts';
import { createSignalCount } from '../support/signal-count.ts';
import { until } from '../support/until.ts';

const JOBS = 200;
/** Measuring skin takes a second of a core. */
const SKIN_JOBS = 6;
const TOLD_EVERY = 8;
const BROKEN_EVERY = 12;
const CANCELLED = 6;
/** Above the time between two signs of a worker that lives. */
const ACK_WAIT_MS = 4000;
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

type RealKind = 'skin' | 'face-contours' | 'image-variants';

interface Planned {
  readonly jobId: string;
  readonly kind: RealKind;
  readonly end: JobState;
  readonly isTold: boolean;
}

interface Told {
  readonly webhookId: string;
  readonly jobId: string;
  readonly status: string;
}

/** The last ones wait behind all others: nobody has begun them when they are cancelled. */
function planJobs(): Planned[] {
  return Array.from({ length: JOBS }, (_, i) => {
    const kind = i < SKIN_JOBS ? 'skin' : i % 3 === 0 ? 'face-contours' : 'image-variants';
    const end = i >= JOBS - CANCELLED ? 'cancelled' : i % BROKEN_EVERY === 5 ? 'failed' : 'completed';
    return { jobId: randomUUID(), kind, end, isTold: i % TOLD_EVERY === 0 || end === 'cancelled' };
  });
}

describe.skipIf(natsServerMissing !== null || redisServerMissing !== null)(
  `jobs of a real worker ${natsServerMissing ?? redisServerMissing ?? ''}`,
  () => {
    let folder: string;
    let nats: TestNatsServer;
    let redis: TestRedisServer;
    let bus: Bus;
    let state: RedisState;
    let face: Uint8Array;
    let picture: Uint8Array;
    let subscriber: Server;
    const told: Told[] = [];
    const workers: FramegateProcess[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'framegate-jobs-'));
      const create = { width: 96, height: 64, channels: 3 as const, background: '#3a5f8c' };
      [nats, redis, picture] = await Promise.all([
        startNatsServer(),
        startRedisServer(),
        sharp({ create }).png().toBuffer(),
      ]);
      face = (await renderedFrames(1))[0]!.data;
      [bus, state] = await Promise.all([
        createBus({ servers: nats.url, name: 'test' }),
        createRedisState({ url: redis.url }),
      ]);
      await ensureTopology(bus);
      subscriber = createServer(async (request, response) => {
        const { data } = (await json(request)) as { data: { job_id: string; status: string } };
        const webhookId = String(request.headers['webhook-id']);
        told.push({ webhookId, jobId: data.job_id, status: data.status });
        response.writeHead(204).end();
      });
      subscriber.listen(0, '127.0.0.1');
      await once(subscriber, 'listening');
    });
    afterAll(async () => {
      await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
      subscriber?.close();
      state?.close();
      await bus?.close();
      await Promise.all([nats?.close(), redis?.close()]);
      await rm(folder, { recursive: true, force: true });
    });

    const hooksAt = () => `127.0.0.1:${(subscriber.address() as AddressInfo).port}`;

    async function startWorker(): Promise<FramegateProcess> {
      const worker = await startFramegate(['worker'], {
        FRAMEGATE_NATS_URL: nats.url,
        FRAMEGATE_REDIS_URL: redis.url,
        FRAMEGATE_STORAGE_FOLDER: join(folder, 'storage'),
        FRAMEGATE_CONTOUR_CACHE_HOURS: '0',
        FRAMEGATE_WEBHOOK_SECRET: SECRET,
        FRAMEGATE_WEBHOOK_ALLOWED_HOSTS: hooksAt(),
        FRAMEGATE_LOG_LEVEL: 'error',
      });
      workers.push(worker);
      // A worker that starts sets the wait to its own; what a dead one had in hand is to come back sooner.
      for (const kind of JOB_KINDS) {
        const shortened = { ack_wait: nanosFromMs(ACK_WAIT_MS) };
        await bus.nats.manager.consumers.update('JOBS', `jobs-${kind}`, shortened);
      }
      return worker;
    }

    function workOf({ jobId, kind, end }: Planned): Pick<SubmitJob, 'params' | 'parts' | 'subjectId'> {
      const image = (whole: Uint8Array, contentType: string) => ({
        name: 'image',
        contentType,
        data: end === 'failed' ? whole.subarray(0, 40) : whole,
      });
      if (kind === 'skin') return { params: { provider: 'local' }, parts: [image(face, 'image/jpeg')] };
      if (kind === 'image-variants') {
        const params = { imageId: jobId, bucket: 'uploads', crop: null, rotateDeg: 0 };
        return { params, parts: [image(picture, 'image/png')], subjectId: jobId };
      }
      const params: ContourJobParams = {
        landmarks: CONTOUR_EXAMPLE.landmarks.map(({ x, y }): [number, number] => [x, y]),
        options: { style: 'dashed' },
        loadtestMode: false,
        doneStatus: 'done',
      };
      const map = Buffer.from(CONTOUR_EXAMPLE.segmentation_map, 'base64');
      return {
        params,
        parts: [
          image(Buffer.from(CONTOUR_EXAMPLE.image, 'base64'), 'image/png'),
          { name: 'segmentation-map', contentType: 'image/png', data: map },
        ],
      };
    }

    async function submit(desk: JobDesk, job: Planned): Promise<void> {
      const { jobId, kind, isTold } = job;
      if (kind === 'image-variants') {
        const record = { imageId: jobId, jobId, owner: null, bucket: 'uploads', metadata: {} };
        await state.images.create({ ...record, createdAtMs: Date.now(), processed: null });
      }
      await desk.submit({
        kind,
        jobId,
        owner: null,
        correlation: CORRELATION,
        ...workOf(job),
        webhookUrl: isTold ? `http://${hooksAt()}/` : null,
      });
    }

    it('that is killed in the middle of two hundred all end once, in the right state, with one result each', {
      timeout: 90_000,
    }, async () => {
      const jobs = planJobs();
      const own = new Set(jobs.map(({ jobId }) => jobId));
      const store = state.openJobStore({ ttlMs: 3_600_000, applyChange });
      const ended = createSignalCount<string>();
      const hooks = createSignalCount<string>();
      store.onEnd((jobId) => (own.has(jobId) ? ended : hooks).add(jobId));
      const desk = createJobDesk({
        store,
        queue: createJobQueue(bus),
        events: { record: () => {} },
        clock: { nowMs: Date.now },
        checkWebhookUrl: async () => {},
      });
      for (const job of jobs) await submit(desk, job);
      for (const { jobId, end } of jobs) if (end === 'cancelled') await desk.cancel(jobId, null);
      const first = await startWorker();
      await ended.reached(JOBS / 2);
      expect(await state.workers.count()).toBe(1);
      await first.kill('SIGKILL');
      const endedByFirst = ended.seen.length;
      const second = await startWorker();
      await ended.reached(JOBS);
      const toldJobs = jobs.filter(({ isTold }) => isTold);
      await hooks.reached(toldJobs.length);
      await until(async () => (await bus.nats.manager.streams.info('JOBS')).state.messages === 0, 30_000);
      const counted = await state.workers.count();
      expect(await second.kill('SIGTERM')).toBe(0);
      expect(await state.workers.count()).toBeLessThan(counted);

      // Else nothing was in the middle of anything.
      expect(endedByFirst).toBeLessThan(JOBS);
      expect([...ended.seen].sort()).toEqual([...own].sort());
      expect(new Set(hooks.seen).size).toBe(hooks.seen.length);
      const statuses = await Promise.all(jobs.map(({ jobId }) => desk.status(jobId, null)));
      const wrong = statuses.filter((status, i) => status?.state !== jobs[i]?.end);
      expect(wrong).toEqual([]);
      const { subjects = {} } = (
        await bus.nats.manager.streams.info('RESULTS', { subjects_filter: 'framegate.results.>' })
      ).state;
      expect(subjects).toEqual(
        Object.fromEntries(
          jobs
            .filter(({ end }) => end !== 'cancelled')
            .map(({ kind, jobId }) => [`framegate.results.${kind}.${jobId}`, 1]),
        ),
      );
      for (const { jobId, end } of jobs) {
        expect((await desk.result(jobId, null)) !== null).toBe(end === 'completed');
      }

      const images = jobs.filter(({ kind, end }) => kind === 'image-variants' && end === 'completed');
      expect(await state.images.count()).toBe(images.length);
      // As it lists them: a half-written file of the dead worker is no object.
      const names: string[] = [];
      for await (const { key } of createFolderStorage(join(folder, 'storage')).list(''))
        names.push(basename(key));
      const wanted = images.flatMap(({ jobId }) => IMAGE_SIZE_NAMES.map((size) => `${jobId}_${size}.webp`));
      expect(names.sort()).toEqual(wanted.sort());

      // A post whose answer the dead worker did not live to note down is repeated, under the same id.
      const hookOf = new Map(told.map(({ jobId, webhookId }) => [jobId, webhookId]));
      expect(told.filter(({ jobId, webhookId }) => hookOf.get(jobId) !== webhookId)).toEqual([]);
      expect([...hookOf.values()].sort()).toEqual([...hooks.seen].sort());
      const toldStates = new Map(told.map(({ jobId, status }) => [jobId, status]));
      expect(toldStates).toEqual(new Map(toldJobs.map(({ jobId, end }) => [jobId, end])));
    });
  },
);
