import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { readDataset } from '../../src/captures/dataset/dataset-draft.ts';
import { uploadedCapture } from '../../src/captures/new-capture.ts';
import { createStoredEvidence } from '../../src/captures/stored-evidence.ts';
import { openStorage } from '../../src/cli/open-storage.ts';
import { parseConfig, thisMachine } from '../../src/config/parse-config.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { bodyEvidence } from '../support/body-evidence.ts';
import { runFramegate } from '../support/framegate-process.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { SAMPLE_TIME_MS, sampleMeasurement } from '../support/sample-captures.ts';
import { openTestAccounts } from '../support/test-accounts.ts';

const LONG_MS = 60_000;

describe.skipIf(redisServerMissing !== null || natsServerMissing !== null)('framegate dataset', () => {
  let folder: string;
  let redis: TestRedisServer;
  let nats: TestNatsServer;
  let state: RedisState;
  let bus: Bus;
  let settings: Record<string, string>;
  let people: Record<'willing' | 'unwilling', string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'framegate-dataset-'));
    [redis, nats] = await Promise.all([startRedisServer(), startNatsServer()]);
    state = await createRedisState({ url: redis.url, firstConnectMs: 5000 });
    bus = await createBus({ servers: nats.url, name: 'test' });
    settings = {
      FRAMEGATE_DATA_FOLDER: folder,
      FRAMEGATE_STORAGE_FOLDER: join(folder, 'storage'),
      FRAMEGATE_REDIS_URL: redis.url,
      FRAMEGATE_NATS_URL: nats.url,
    };
    const { accounts } = openTestAccounts(state);
    const personWith = async (email: string, training: boolean) => {
      const consent = { store_images: true, training };
      const { account } = await accounts.register({ email, password: 'a long pass phrase', consent });
      return account.userId;
    };
    people = {
      willing: await personWith('willing@example.org', true),
      unwilling: await personWith('unwilling@example.org', false),
    };
    await addCapture('capture-1', people.willing);
    await addCapture('capture-2', people.unwilling);
  });
  afterAll(async () => {
    state?.close();
    await bus?.close();
    await Promise.all([redis?.close(), nats?.close()]);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  /** Measured, its waist put right and approved, a picture of it kept. */
  async function addCapture(captureId: string, userId: string): Promise<void> {
    const storage = openStorage(parseConfig(settings, thisMachine()));
    const evidence = createStoredEvidence(storage);
    await evidence.put(captureId, bodyEvidence('front', { trunkShare: 0.095 }));
    await evidence.put(captureId, bodyEvidence('side', { trunkShare: 0.07 }));
    const bucketPath = `raw-captures/${captureId}/front.jpg`;
    await storage.put(bucketPath, Buffer.from(`picture of ${captureId}`), 'image/jpeg');
    await storage.close();
    const original = sampleMeasurement();
    await state.captures.create({
      ...uploadedCapture(
        {
          captureId,
          userId,
          nowMs: SAMPLE_TIME_MS,
          storeImages: true,
          consent: { store_images: true, training: true },
          source: 'web',
          stated: { heightCm: 172, sex: 'female' },
        },
        ['front', 'side'],
        captureId,
      ),
      status: 'done',
      metrics: { original, current: original.metrics, overallConfidence: 0.7, latestAdjustmentId: 'edit' },
      adjustments: [
        {
          adjustmentId: `edit-${captureId}`,
          captureId,
          userId,
          originalMetrics: original.metrics,
          adjustedMetrics: { waist_circumference_cm: 76 },
          keypoints: null,
          notes: '',
          source: 'user',
          approved: true,
          approverId: 'ada',
          approvedAtMs: SAMPLE_TIME_MS,
          createdAtMs: SAMPLE_TIME_MS,
          promoted: false,
        },
      ],
      artifacts: [
        {
          artifactId: `raw-${captureId}`,
          captureId,
          bucketPath,
          artifactType: 'raw',
          createdAtMs: SAMPLE_TIME_MS,
          removeAtMs: null,
        },
      ],
    });
  }

  const dataset = (args: readonly string[], more: Record<string, string> = {}) =>
    runFramegate(['dataset', ...args], { ...settings, ...more }, folder);

  it(
    'exports what is consented and approved, once, and tells history and the audit trail',
    async () => {
      const out = join(folder, 'out');
      const first = await dataset(['export', '--out', out, '--with-images']);
      expect(first.exitCode, first.stderr).toBe(0);
      expect(first.stdout).toBe(
        `wrote ${join(out, 'v1')}: 1 records of 1 people, 1 pictures, ${first.stdout.trim().slice(-12)}\n`,
      );
      const { manifest, records } = await readDataset(join(out, 'v1'));
      const [record] = records;
      expect(record?.inputs?.statureMm).toBeCloseTo(1720, -1);
      expect(record?.truth).toEqual({ waist_circumference_cm: 76 });
      const image = await readFile(join(out, 'v1', record?.images[0]?.file ?? ''), 'utf8');
      expect(image).toBe('picture of capture-1');
      const text = await readFile(join(out, 'v1', 'records.jsonl'), 'utf8');
      for (const name of [people.willing, 'example.org', 'capture-1']) expect(text).not.toContain(name);

      const last = async (subject: string) => {
        const message = await bus.nats.manager.streams.getMessage('RECORDS', { last_by_subj: subject });
        return (message?.json() as { row: unknown } | undefined)?.row;
      };
      expect(await last('framegate.records.audit_logs.*')).toMatchObject({
        actor_id: 'operator',
        action: 'dataset.exported',
        resource_id: manifest.contentSha256,
      });
      expect(await last('framegate.records.user_adjustments.*')).toMatchObject({ id: 'edit-capture-1' });
      expect((await state.captures.read('capture-1'))?.adjustments[0]?.promoted).toBe(true);
      expect((await state.captures.read('capture-2'))?.adjustments[0]?.promoted).toBe(false);

      const second = await dataset(['export', '--out', out, '--with-images']);
      expect(second.stdout).toMatch(/^nothing has changed since v1: 1 records/);
      expect(await readdir(out)).toEqual(['v1']);
    },
    LONG_MS,
  );

  it(
    'says where nothing may be exported',
    async () => {
      const { exitCode, stdout } = await dataset([
        'export',
        '--out',
        join(folder, 'b'),
        '--since',
        '2999-01-01',
      ]);
      expect([exitCode, stdout]).toEqual([
        0,
        'no capture may be exported: nothing is consented and approved\n',
      ]);
    },
    LONG_MS,
  );

  test.each([
    ['no folder', ['export'], /--out/],
    [
      'what is no date',
      ['export', '--out', 'x', '--since', 'yesterday'],
      /--since takes a date.*\n {2}code: usage/,
    ],
  ] as const)(
    'refuses %s',
    async (_, args, message) => {
      const { exitCode, stderr } = await dataset(args);
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(message);
    },
    LONG_MS,
  );
});
