import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeAtomically } from '../../models/importer/atomic-file.ts';
import { createBodyThreads } from '../../src/analysis/analyzers/body/body-threads.ts';
import { createFaceQualityAnalyzer } from '../../src/analysis/analyzers/face-quality/face-quality-analyzer.ts';
import type { Analyzer } from '../../src/analysis/types.ts';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { uploadedCapture } from '../../src/captures/new-capture.ts';
import { createStoredEvidence } from '../../src/captures/stored-evidence.ts';
import type { BodyJobParams } from '../../src/captures/types.ts';
import { rollBackModel, useModel } from '../../src/cli/models/change-model.ts';
import { openStorage } from '../../src/cli/open-storage.ts';
import { openJobs } from '../../src/cli/roles/open-jobs.ts';
import type { RoleContext, RunningRole } from '../../src/cli/roles/role.ts';
import { startWorker } from '../../src/cli/roles/worker-role.ts';
import { parseConfig, thisMachine } from '../../src/config/parse-config.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import type { ModelIdentity } from '../../src/protocol/records.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { renderFace } from '../../src/synthetic/render-face.ts';
import { formatActiveModels } from '../../src/vision/active-models.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import { watchModels } from '../../src/vision/model-watch.ts';
import { bodyEvidence } from '../support/body-evidence.ts';
import { captureRecord } from '../support/bus-records.ts';
import { encodeImage } from '../support/encode-image.ts';
import { CORRELATION } from '../support/job-records.ts';
import {
  createVersionsFolder,
  otherRegressors,
  type VersionsFolder,
} from '../support/model-versions-folder.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { importedPoseModels } from '../support/pose-models.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { goodScene } from '../support/scene-faults.ts';

const FACES = ['face-detector', 'face-mesh', 'canonical-face'];
const now = () => new Date();

function versionOf(models: readonly ModelIdentity[] | undefined, name: string): string | undefined {
  return models?.find((model) => model.name === name)?.version;
}

/** What was said, in order, for whoever waits for it. */
function createQueue<T>() {
  const said: T[] = [];
  const waiting: ((one: T) => void)[] = [];
  return {
    put(one: T) {
      const next = waiting.shift();
      if (next === undefined) said.push(one);
      else next(one);
    },
    next(): Promise<T> {
      const [one] = said.splice(0, 1);
      return one === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(one);
    },
  };
}

describe('threads with models', () => {
  let versions: VersionsFolder;
  let analyzer: Analyzer;
  let jpeg: Uint8Array;
  const told = createQueue<string>();
  let close: () => void;
  beforeAll(async () => {
    versions = await createVersionsFolder(FACES);
    await versions.add('face-mesh', '0.9.0');
    await versions.add('face-mesh', '0.8.0', () => 'no model at all');
    const canonical = await (await openModels()).loadCanonicalFace();
    jpeg = await encodeImage(renderFace(goodScene(5), canonical).image, 'jpeg', 90);
    const watch = watchModels(versions.folder, { pollMs: 100 });
    close = () => watch.close();
    analyzer = await createFaceQualityAnalyzer({
      modelsFolder: versions.folder,
      threads: 2,
      reload: {
        onChange: watch.onChange,
        onReloaded: (models) => told.put(`now ${versionOf(models, 'face-mesh')}`),
        onFailure: (thrown) => told.put(`failed ${(thrown as { code: string }).code}`),
      },
    });
  });
  afterAll(async () => {
    close?.();
    await analyzer?.close();
    await versions?.close();
  });

  const measured = async () => {
    const { models } = await analyzer.analyse(
      captureRecord('c1', {}),
      new Uint8Array(jpeg),
      new AbortController().signal,
    );
    return versionOf(models, 'face-mesh');
  };

  it('take another version into use without a restart; no still is lost, and each says what measured it', async () => {
    expect(await measured()).toBe('1.0.0');
    const seen: (string | undefined)[] = [];
    let reloaded: string | null = null;
    const waiting = told.next().then((text) => {
      reloaded = text;
    });
    await useModel(versions.folder, { name: 'face-mesh', version: '0.9.0', forcedFor: null, now: now() });
    while (reloaded === null) seen.push(...(await Promise.all([measured(), measured(), measured()])));
    await waiting;
    expect(reloaded).toBe('now 0.9.0');
    expect(new Set(seen)).toEqual(new Set(['1.0.0', '0.9.0']));
    expect(await Promise.all([measured(), measured()])).toEqual(['0.9.0', '0.9.0']);
    expect(versionOf(analyzer.models, 'face-mesh')).toBe('0.9.0');
  });

  it('keep what they have where a version cannot be loaded, and follow the way back', async () => {
    const choice = {
      version: '0.8.0',
      previous: ['1.0.0', '0.9.0'],
      changedAt: now().toISOString(),
      forced: null,
    };
    await writeAtomically(join(versions.folder, 'active.json'), formatActiveModels({ 'face-mesh': choice }));
    expect(await told.next()).toBe('failed model-unsupported');
    expect(await Promise.all([measured(), measured()])).toEqual(['0.9.0', '0.9.0']);
    await rollBackModel(versions.folder, 'face-mesh', now());
    expect(await told.next()).toBe('now 0.9.0');
    await rollBackModel(versions.folder, 'face-mesh', now());
    expect(await told.next()).toBe('now 1.0.0');
    expect(await measured()).toBe('1.0.0');
  });
});

describe('threads that read pictures of bodies', () => {
  it('take other pose models into use, and keep what they have where these cannot be loaded', async () => {
    const { models } = await importedPoseModels('lite');
    await Promise.all([models.detector.close(), models.landmarks.close()]);
    const versions = await createVersionsFolder([...FACES, 'pose-detector', 'pose-landmark-lite']);
    await versions.add('pose-landmark-lite', '0.9.0');
    await versions.add('pose-landmark-lite', '0.8.0', () => 'no model at all');
    const told = createQueue<string>();
    const watch = watchModels(versions.folder, { pollMs: 100 });
    const threads = await createBodyThreads({
      modelsFolder: versions.folder,
      poseModel: 'lite',
      threads: 1,
      timeoutMs: 60_000,
      reload: {
        onChange: watch.onChange,
        onReloaded: (reloaded) => told.put(`now ${versionOf(reloaded, 'pose-landmark-lite')}`),
        onFailure: (thrown) => told.put(`failed ${(thrown as { code: string }).code}`),
      },
    });
    const wall = { width: 300, height: 400, data: new Uint8Array(300 * 400 * 3).fill(128) };
    const jpeg = await encodeImage(wall, 'jpeg', 90);
    const read = async () => {
      const { evidence } = await threads.read('front', new Uint8Array(jpeg), new AbortController().signal);
      return versionOf(evidence.models, 'pose-landmark-lite');
    };
    try {
      expect(await read()).toBe('1.0.0');
      const name = 'pose-landmark-lite';
      await useModel(versions.folder, { name, version: '0.9.0', forcedFor: null, now: now() });
      expect(await told.next()).toBe('now 0.9.0');
      expect(versionOf(threads.models, name)).toBe('0.9.0');
      expect(await read()).toBe('0.9.0');
      const choice = { version: '0.8.0', previous: [], changedAt: now().toISOString(), forced: null };
      await writeAtomically(join(versions.folder, 'active.json'), formatActiveModels({ [name]: choice }));
      expect(await told.next()).toBe('failed model-unsupported');
      expect(await read()).toBe('0.9.0');
    } finally {
      watch.close();
      await threads.close();
      await versions.close();
    }
  }, 60_000);
});

describe.skipIf(natsServerMissing !== null || redisServerMissing !== null)(
  `a worker ${natsServerMissing ?? redisServerMissing ?? ''}`,
  () => {
    let versions: VersionsFolder;
    let nats: TestNatsServer;
    let redis: TestRedisServer;
    let bus: Bus;
    let state: RedisState;
    let context: RoleContext;
    let role: RunningRole;
    const metrics = createMetrics({ node: 'test', version: 'test' });
    beforeAll(async () => {
      versions = await createVersionsFolder([...FACES, 'body-regressors']);
      await versions.add('body-regressors', '0.9.0', otherRegressors('0.9.0', 1.05));
      [nats, redis] = await Promise.all([startNatsServer(), startRedisServer()]);
      [bus, state] = await Promise.all([
        createBus({ servers: nats.url, name: 'test' }),
        createRedisState({ url: redis.url }),
      ]);
      await ensureTopology(bus);
      context = {
        config: parseConfig(
          {
            FRAMEGATE_MODELS_FOLDER: versions.folder,
            FRAMEGATE_STORAGE_FOLDER: join(versions.folder, 'storage'),
          },
          thisMachine(),
        ),
        logger: createLogger({ level: 'silent', format: 'json', node: 'test' }),
        metrics,
        codeVersion: 'test',
      };
      role = await startWorker(context, { bus, redis: state });
    });
    afterAll(async () => {
      await role?.stop();
      metrics.close();
      state?.close();
      await bus?.close();
      await Promise.all([nats?.close(), redis?.close()]);
      await versions?.close();
    });

    it('measures bodies by another version from the next job on, without a restart, and loses none', async () => {
      const jobs = openJobs(context, { bus, redis: state });
      const storage = openStorage(context.config);
      const evidence = createStoredEvidence(storage);
      let made = 0;

      /** One capture whose pictures have been read, measured by a job; its chest, and the regressors' version. */
      async function measured() {
        const captureId = `capture-${++made}`;
        const consent = { store_images: false, training: false };
        const stated = { heightCm: 172, sex: null };
        const source = 'web' as const;
        await state.captures.create(
          uploadedCapture(
            { captureId, userId: 'ann', nowMs: Date.now(), storeImages: false, consent, source, stated },
            ['front', 'side'],
            captureId,
          ),
        );
        await evidence.put(captureId, bodyEvidence('front', { trunkShare: 0.095 }));
        await evidence.put(captureId, bodyEvidence('side', { trunkShare: 0.07 }));
        const { status } = await jobs.desk.submit({
          kind: 'body',
          owner: 'ann',
          correlation: CORRELATION,
          params: { captureId, adjustmentId: null } satisfies BodyJobParams,
          parts: [],
          jobId: captureId,
        });
        const ended = await jobs.desk.wait(status.jobId, { timeoutMs: 20_000 });
        expect(ended, JSON.stringify(ended)).toMatchObject({ state: 'completed' });
        const result = (await jobs.desk.result(status.jobId, 'ann')) as {
          models: ModelIdentity[];
          metrics: { chest_circumference_cm: number };
        };
        return {
          version: versionOf(result.models, 'body-regressors'),
          chestCm: result.metrics.chest_circumference_cm,
        };
      }

      const before = await measured();
      expect(before.version).toBe('1.0.0');
      const flow = { goesOn: true, seen: [] as (string | undefined)[] };
      const flowing = [1, 2, 3].map(async () => {
        while (flow.goesOn) flow.seen.push((await measured()).version);
      });
      const change = { name: 'body-regressors', version: '0.9.0', forcedFor: 'a test', now: now() };
      expect(await useModel(versions.folder, change)).toMatchObject({ from: '1.0.0', to: '0.9.0' });
      let after = await measured();
      while (after.version !== '0.9.0') after = await measured();
      flow.goesOn = false;
      await Promise.all(flowing);
      expect(after.chestCm / before.chestCm).toBeCloseTo(1.05, 2);
      // Once the new one is in use, nothing begins with the old one.
      expect(flow.seen.at(-1)).toBe('0.9.0');
      expect(new Set(flow.seen).size).toBeLessThanOrEqual(2);

      await rollBackModel(versions.folder, 'body-regressors', now());
      while ((await measured()).version !== '1.0.0');
      await jobs.close();
      await storage.close();
    }, 60_000);
  },
);
