import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCapturePublisher } from '../../src/bus/capture-publisher.ts';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { createResultFeed } from '../../src/bus/result-feed.ts';
import { liveCapture, type NewCapture, uploadedCapture } from '../../src/captures/new-capture.ts';
import { type OpenJobs, openJobs } from '../../src/cli/roles/open-jobs.ts';
import type { RoleContext, RunningRole } from '../../src/cli/roles/role.ts';
import { startWorker } from '../../src/cli/roles/worker-role.ts';
import { parseConfig, thisMachine } from '../../src/config/parse-config.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { bodyMeasurementSchema } from '../../src/protocol/body-measurement.ts';
import type { ResultRecord } from '../../src/protocol/records.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { type BodySceneChanges, bodyScene } from '../../src/synthetic/body/body-scene.ts';
import { renderBody } from '../../src/synthetic/body/render-body.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import { captureRecord } from '../support/bus-records.ts';
import { encodeImage } from '../support/encode-image.ts';
import { CORRELATION } from '../support/job-records.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { importedPoseModels } from '../support/pose-models.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { createSignalCount } from '../support/signal-count.ts';
import { until } from '../support/until.ts';

const STATURE_CM = 172;
const WAIT_MS = 120_000;
const TICKET_HASH = 'f'.repeat(64);

describe.skipIf(natsServerMissing !== null || redisServerMissing !== null)(
  `bodies in the worker role ${natsServerMissing ?? redisServerMissing ?? ''}`,
  () => {
    let folder: string;
    let nats: TestNatsServer;
    let redis: TestRedisServer;
    let bus: Bus;
    let state: RedisState;
    let jobs: OpenJobs;
    let role: RunningRole;
    let front: Uint8Array<ArrayBuffer>;
    let side: Uint8Array<ArrayBuffer>;
    const metrics = createMetrics({ node: 'test', version: 'test' });

    beforeAll(async () => {
      const { models } = await importedPoseModels('full');
      await Promise.all([models.detector.close(), models.landmarks.close()]);
      const canonical = await (await openModels()).loadCanonicalFace();
      const pictureOf = (changes: BodySceneChanges) =>
        encodeImage(
          renderBody(
            bodyScene({ width: 900, height: 1600, body: { statureCm: STATURE_CM }, ...changes }),
            canonical,
          ).image,
        );
      front = await pictureOf({ card: { tiltXDeg: 4 }, looks: { skin: 6 } });
      side = await pictureOf({ stance: { yawDeg: 90, armsAwayDeg: 6 }, looks: { skin: 6 } });
      folder = await mkdtemp(join(tmpdir(), 'framegate-body-worker-'));
      [nats, redis] = await Promise.all([startNatsServer(), startRedisServer()]);
      [bus, state] = await Promise.all([
        createBus({ servers: nats.url, name: 'test' }),
        createRedisState({ url: redis.url }),
      ]);
      await ensureTopology(bus);
      const context: RoleContext = {
        config: parseConfig(
          { FRAMEGATE_STORAGE_FOLDER: folder, FRAMEGATE_WORKER_THREADS: '1' },
          thisMachine(),
        ),
        logger: createLogger({ level: 'silent', format: 'json', node: 'test' }),
        metrics,
        codeVersion: 'test',
      };
      jobs = openJobs(context, { bus, redis: state });
      role = await startWorker(context, { bus, redis: state });
    });
    afterAll(async () => {
      await role?.stop();
      await jobs?.close();
      metrics.close();
      state?.close();
      await bus?.close();
      await Promise.all([nats?.close(), redis?.close()]);
      if (folder !== undefined) await rm(folder, { recursive: true });
    });

    function given(captureId: string): NewCapture {
      return {
        captureId,
        userId: 'person',
        nowMs: Date.now(),
        storeImages: false,
        consent: { store_images: false, training: false },
        source: 'web',
        stated: { heightCm: STATURE_CM, sex: null },
      };
    }

    function submit(captureId: string, parts: readonly (readonly [string, Uint8Array])[]) {
      return jobs.desk.submit({
        kind: 'body',
        owner: 'person',
        correlation: CORRELATION,
        params: { captureId, adjustmentId: null },
        parts: parts.map(([name, data]) => ({ name, contentType: 'image/jpeg', data })),
        subjectId: captureId,
        jobId: `job-${captureId}`,
      });
    }

    it('measures uploaded pictures', async () => {
      await state.captures.create(uploadedCapture(given('uploaded'), ['front', 'side'], 'job-uploaded'));
      await submit('uploaded', [
        ['front', front],
        ['side', side],
      ]);
      const status = await jobs.desk.wait('job-uploaded', { timeoutMs: WAIT_MS });
      expect(status).toMatchObject({ state: 'completed', error: null });
      const result = bodyMeasurementSchema.parse(await jobs.desk.result('job-uploaded', 'person'));
      expect(result.metrics.height_cm! / STATURE_CM).toBeCloseTo(1, 1);
      expect(result.metrics.waist_circumference_cm).toBeGreaterThan(50);
      expect(result.shape).not.toBeNull();
      expect(result.skin).not.toBeNull();
      expect(result.quality.card_detected).toBe(true);
      const capture = (await state.captures.read('uploaded'))!;
      expect(capture).toMatchObject({ status: 'done', metrics: { original: { metrics: result.metrics } } });
      // Nobody allowed that pictures are kept.
      expect(capture.artifacts.map(({ artifactType }) => artifactType)).toEqual(['evidence', 'evidence']);
      expect(await state.captures.queuePosition('uploaded')).toBeNull();
    });

    it('tells a capture whose picture is broken', async () => {
      await state.captures.create(uploadedCapture(given('broken'), ['front', 'side'], 'job-broken'));
      await submit('broken', [
        ['front', front],
        ['side', side.slice(0, 3000)],
      ]);
      const status = await jobs.desk.wait('job-broken', { timeoutMs: WAIT_MS });
      expect(status).toMatchObject({ state: 'failed', error: { code: 'image-corrupt' } });
      // The capture is told after the job's state is there.
      await until(async () => (await state.captures.read('broken'))?.status === 'failed', WAIT_MS);
      expect(await state.captures.read('broken')).toMatchObject({ error: { code: 'image-corrupt' } });
    });

    it('collects the views of live sessions, and measures with the last one', async () => {
      await state.captures.create(liveCapture(given('live'), ['front', 'side'], TICKET_HASH));
      const results = createSignalCount<ResultRecord>();
      const feed = createResultFeed(bus);
      const publisher = createCapturePublisher(bus);
      const shots = [
        ['body-front', front],
        ['body-side', side],
      ] as const;
      for (const [profile, image] of shots) {
        await feed.subscribe(profile, results.add);
        const still = captureRecord(`still-${profile}`, {
          sessionId: profile,
          profile,
          format: 'jpeg',
          imageSha256: createHash('sha256').update(image).digest('hex'),
          collect: { captureId: 'live', ticketHash: TICKET_HASH },
        });
        await publisher.publish(still, image);
      }
      await results.reached(2);
      expect(results.seen.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
        'body-view done',
        'body-view done',
      ]);
      expect(results.seen.map(({ result }) => result?.complete).toSorted()).toEqual([false, true]);
      const jobId = (await state.captures.read('live'))!.jobId!;
      expect(results.seen.map(({ result }) => result?.jobId)).toContain(jobId);
      const status = await jobs.desk.wait(jobId, { timeoutMs: WAIT_MS });
      expect(status).toMatchObject({ state: 'completed', owner: 'person', subjectId: 'live' });
      expect(await state.captures.read('live')).toMatchObject({ status: 'done' });
    });
  },
);
