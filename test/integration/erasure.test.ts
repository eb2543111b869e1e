import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCapturePublisher } from '../../src/bus/capture-publisher.ts';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { createDeadLetters } from '../../src/bus/dead-letters.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { createEraseMessages } from '../../src/bus/erase-messages.ts';
import { createEventLog } from '../../src/bus/event-log.ts';
import { createJobQueue } from '../../src/bus/job-queue.ts';
import { createJobShelf } from '../../src/bus/job-shelf.ts';
import { createRecordLog } from '../../src/bus/record-log.ts';
import { createResultPublisher } from '../../src/bus/result-publisher.ts';
import type { StreamName } from '../../src/bus/types.ts';
import { createEraser, type Eraser } from '../../src/captures/erase.ts';
import type { ErasureDeps } from '../../src/captures/erasure-ports.ts';
import { liveCapture, uploadedCapture } from '../../src/captures/new-capture.ts';
import { startRetentionSweep } from '../../src/captures/retention-sweep.ts';
import { applyChange } from '../../src/jobs/apply-change.ts';
import { createJobDesk } from '../../src/jobs/create-job-desk.ts';
import type { JobDesk } from '../../src/jobs/types.ts';
import type { BodyCapture, TableRecord } from '../../src/protocol/body-captures.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { createFolderStorage } from '../../src/storage/folder-storage.ts';
import type { ObjectStorage } from '../../src/storage/types.ts';
import { captureRecord, eventRecord, resultRecord } from '../support/bus-records.ts';
import { CORRELATION } from '../support/job-records.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';

const missing = natsServerMissing ?? redisServerMissing;
const NOW_MS = Date.UTC(2025, 5, 2, 12);
const STREAMS = ['CAPTURES', 'JOBS', 'RESULTS', 'EVENTS', 'DEAD'] as const satisfies readonly StreamName[];

describe.skipIf(missing !== null)('an erasure', () => {
  let nats: TestNatsServer;
  let redisServer: TestRedisServer;
  let bus: Bus;
  let redis: RedisState;
  let folder: string;
  let storage: ObjectStorage;
  let desk: JobDesk;
  let deps: ErasureDeps;
  let eraser: Eraser;
  let nextId = 0;

  beforeAll(async () => {
    nats = await startNatsServer();
    redisServer = await startRedisServer();
    bus = await createBus({ servers: nats.url, name: 'test' });
    await ensureTopology(bus);
    redis = await createRedisState({ url: redisServer.url });
    folder = await mkdtemp(join(tmpdir(), 'framegate-erasure-'));
    storage = createFolderStorage(folder);
    desk = createJobDesk({
      store: redis.openJobStore({ ttlMs: 3_600_000, applyChange }),
      queue: createJobQueue(bus),
      events: { record: () => {} },
      clock: { nowMs: () => NOW_MS },
      checkWebhookUrl: async () => {},
    });
    deps = {
      captures: redis.captures,
      jobs: desk,
      storage,
      accounts: redis.accounts,
      messages: createEraseMessages(bus),
      records: createRecordLog(bus),
      book: redis.erasures,
      nowMs: () => NOW_MS,
      newId: () => `erasure-${++nextId}`,
    };
    eraser = createEraser(deps);
  });
  afterAll(async () => {
    redis?.close();
    await bus?.close();
    await storage?.close();
    await nats?.close();
    await redisServer?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** One capture with a job, files, and a message in every stream; a live session of its account with another. */
  async function live(userId: string): Promise<BodyCapture> {
    const of = (what: string) => `${what}-of-${userId}`;
    const capture: BodyCapture = {
      ...uploadedCapture(
        {
          captureId: of('body'),
          userId,
          nowMs: NOW_MS,
          storeImages: true,
          consent: { store_images: true, training: false },
          source: 'web',
          stated: { heightCm: null, sex: null },
        },
        ['front', 'side'],
        of('job'),
      ),
      artifacts: [
        {
          artifactId: of('artifact'),
          captureId: of('body'),
          bucketPath: `elsewhere/${of('body')}.jpg`,
          artifactType: 'aligned',
          createdAtMs: NOW_MS,
          removeAtMs: null,
        },
      ],
    };
    await redis.accounts.create({
      userId,
      email: `${userId}@example.org`,
      displayName: null,
      passwordHash: '',
      role: 'user',
      consent: { store_images: true, training: false },
      createdAtMs: NOW_MS,
      lastLoginAtMs: null,
    });
    await redis.captures.create(capture);
    await redis.captures.enqueue(capture.captureId, NOW_MS);
    for (const [jobId, kind] of [
      [of('job'), 'body'],
      // Of an earlier measurement, which no document tells of.
      [of('job-before'), 'body'],
      [of('job-skin'), 'skin'],
    ] as const) {
      await desk.submit({
        jobId,
        kind,
        owner: userId,
        correlation: CORRELATION,
        params: kind === 'body' ? { captureId: of('body'), adjustmentId: null } : {},
        parts: [{ name: 'front', contentType: 'image/jpeg', data: new Uint8Array([1, 2, 3]) }],
      });
    }
    // It has ended: only its document tells of it.
    await createJobShelf(bus).remove('body', of('job'));
    for (const key of [
      `raw-captures/${of('body')}/front.jpg`,
      `processed-artifacts/${of('body')}/evidence-front.json.gz`,
      `exports/${of('body')}.pdf`,
      `elsewhere/${of('body')}.jpg`,
    ]) {
      await storage.put(key, new Uint8Array([1]), 'image/jpeg');
    }
    await createCapturePublisher(bus).publish(
      captureRecord(of('live'), { sessionId: of('session'), subject: userId }),
      new Uint8Array([1, 2, 3]),
    );
    const results = createResultPublisher(bus);
    await results.publish(resultRecord(of('live'), { sessionId: of('session') }));
    // Of a session whose capture is through: only its event tells whose it was.
    await results.publish(resultRecord(of('live-before'), { sessionId: of('session-before') }));
    // A caller's own session id says nothing of whose it is.
    await results.publish(resultRecord(of('job'), { sessionId: 'visit', kind: 'body' }));
    const events = createEventLog(bus);
    events.record(
      eventRecord(of('event-job'), { entity: 'job', entityId: of('job'), event: 'submitted', actor: userId }),
    );
    events.record(eventRecord(of('event'), { entityId: of('session'), actor: userId }));
    events.record(eventRecord(of('event-before'), { entityId: of('session-before'), actor: userId }));
    await events.close();
    await createDeadLetters(bus).putRecord({
      stream: 'RESULTS',
      subject: 'framegate.results.body.x',
      streamSeq: 1,
      reason: 'a test',
      record: JSON.stringify({ captureId: of('body') }),
    });
    return capture;
  }

  async function messages(): Promise<Record<string, number>> {
    const counts = await Promise.all(
      STREAMS.map(
        async (name) => [name, (await bus.nats.manager.streams.info(name)).state.messages] as const,
      ),
    );
    return Object.fromEntries(counts);
  }

  async function files(): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of storage.list('')) keys.push(key);
    return keys.sort();
  }

  async function lastRecord(): Promise<TableRecord['row']> {
    const found = await bus.nats.manager.streams.getMessage('RECORDS', {
      last_by_subj: 'framegate.records.erasures.*',
    });
    return found!.json<TableRecord>().row;
  }

  it('of a capture reaches Redis, storage and its jobs, and nothing else of its account', async () => {
    const capture = await live('ann');
    await live('ben');
    // Begins as the files of ann's capture do.
    await storage.put('exports/body-of-annabel.pdf', new Uint8Array([1]), 'application/pdf');
    const before = { files: await files() };
    await eraser.eraseCapture(capture.captureId);

    expect(await redis.captures.read(capture.captureId)).toBeNull();
    expect(await redis.captures.listOf('ann', { limit: 10 })).toEqual([]);
    expect(await redis.captures.queuePosition(capture.captureId)).toBeNull();
    expect(await redis.accounts.read('ann')).not.toBeNull();
    for (const job of ['job-of-ann', 'job-before-of-ann'])
      expect([job, await desk.status(job, 'ann')]).toEqual([job, null]);
    expect(await desk.status('job-skin-of-ann', 'ann')).not.toBeNull();
    expect(await files()).toEqual(before.files.filter((key) => !/body-of-ann\b/.test(key)));
    // ann's live session stays, with its capture and its result.
    expect(await messages()).toEqual({ CAPTURES: 2, JOBS: 3, RESULTS: 5, EVENTS: 5, DEAD: 1 });
    expect(await lastRecord()).toEqual({
      id: 'erasure-1',
      subject_type: 'capture',
      subject_id: 'body-of-ann',
      capture_ids: expect.toSatisfy(
        (ids: string[]) => ids.sort().join() === 'body-of-ann,job-before-of-ann,job-of-ann',
      ),
      session_ids: [],
      requested_at_ms: NOW_MS,
    });
    expect(await redis.erasures.open()).toEqual([]);
    expect(await redis.erasures.idsOf('erasure-1')).toEqual({ captureIds: [], sessionIds: [] });
  });

  it('of an account reaches every capture, session, job and message, and leaves those of others', async () => {
    await live('cal');
    await redis.captures.create(
      liveCapture(
        {
          captureId: 'second-of-cal',
          userId: 'cal',
          nowMs: NOW_MS - 1,
          storeImages: false,
          consent: { store_images: false, training: false },
          source: 'web',
          stated: { heightCm: null, sex: null },
        },
        ['front', 'side'],
        'ab',
      ),
    );
    const others = (await files()).filter((key) => !key.includes('of-cal'));
    const before = await messages();
    await eraser.eraseUser('cal');

    expect(await redis.accounts.read('cal')).toBeNull();
    expect(await redis.accounts.findByEmail('cal@example.org')).toBeNull();
    expect(await redis.captures.listOf('cal', { limit: 10 })).toEqual([]);
    for (const job of ['job-of-cal', 'job-before-of-cal', 'job-skin-of-cal'])
      expect([job, await desk.status(job, 'cal')]).toEqual([job, null]);
    expect(await files()).toEqual(others);
    expect(await messages()).toEqual({
      CAPTURES: before.CAPTURES! - 1,
      JOBS: before.JOBS! - 2,
      RESULTS: before.RESULTS! - 3,
      EVENTS: before.EVENTS! - 3,
      DEAD: before.DEAD! - 1,
    });
    const { capture_ids, session_ids } = await lastRecord();
    expect(new Set(capture_ids as string[])).toEqual(
      new Set(['body', 'second', 'live', 'job', 'job-before', 'job-skin'].map((what) => `${what}-of-cal`)),
    );
    expect(new Set(session_ids as string[])).toEqual(new Set(['session-of-cal', 'session-before-of-cal']));
    expect(await redis.captures.read('body-of-ben')).not.toBeNull();
    // Once more finds nothing, and harms nobody.
    const after = await messages();
    await eraser.eraseUser('cal');
    expect(await messages()).toEqual(after);
  });

  it('takes nothing from consumers that wait for others’ messages', async () => {
    const { manager } = bus.nats;
    await live('dan');
    await live('eve');
    const waiting = async () => (await manager.consumers.info('RESULTS', 'sink-results')).num_pending;
    const before = await waiting();
    await eraser.eraseUser('eve');
    expect(await waiting()).toBe(before - 3);
    const { state } = await manager.streams.info('RESULTS', { subjects_filter: 'framegate.results.>' });
    expect(Object.keys(state.subjects ?? {})).toContain('framegate.results.face-quality.session-of-dan');
  });

  it('that breaks off stays open, and a sweep goes on with what it had found', async () => {
    const capture = await live('fay');
    const broken = createEraser({
      ...deps,
      messages: {
        ...deps.messages,
        erase: async (ids) => {
          await deps.messages.erase(ids);
          throw new Error('the process ended here');
        },
      },
    });
    await expect(broken.eraseUser('fay')).rejects.toThrow('ended here');
    expect(await redis.captures.read(capture.captureId)).toBeNull();
    expect(await files()).toContain('raw-captures/body-of-fay/front.jpg');
    const [open] = await redis.erasures.open();
    expect(open).toMatchObject({ subjectType: 'user', subjectId: 'fay' });

    const told: object[] = [];
    const metrics: object[] = [];
    let nowMs = NOW_MS + 59_000;
    const sweep = startRetentionSweep({
      captures: redis.captures,
      storage,
      records: { write: () => {} },
      audit: { record: (entry) => told.push(entry) },
      erasures: createEraser({ ...deps, nowMs: () => nowMs }),
      takeLease: redis.leases.take,
      nowMs: () => nowMs,
      everyMs: 3_600_000,
      onSwept: (swept) => metrics.push(swept),
    });
    // Whoever began it may still be at it.
    await sweep.sweep();
    expect(await redis.erasures.open()).toHaveLength(1);
    nowMs = NOW_MS + 61_000;
    expect(await sweep.sweep()).toMatchObject({ erasuresFinished: 1, erasuresFailed: 0 });
    await sweep.stop();
    expect(await redis.erasures.open()).toEqual([]);
    expect((await files()).filter((key) => key.includes('of-fay'))).toEqual([]);
    const record = await lastRecord();
    expect(record).toMatchObject({ id: open!.erasureId, subject_id: 'fay' });
    expect(record.session_ids).toEqual(expect.arrayContaining(['session-of-fay', 'session-before-of-fay']));
    expect(record.capture_ids).toEqual(expect.arrayContaining(['body-of-fay', 'live-of-fay', 'job-of-fay']));
    expect(told.at(-1)).toMatchObject({ action: 'retention.swept', metadata: { erasuresFinished: 1 } });
  });

  it('of nobody in particular is refused', async () => {
    for (const id of ['', 'anonymous', 'system', 'operator'])
      await expect(eraser.eraseUser(id)).rejects.toMatchObject({ code: 'internal' });
  });
});
