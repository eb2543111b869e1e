import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAudit } from '../../src/captures/audit.ts';
import { createEraser } from '../../src/captures/erase.ts';
import { type ApiParts, apiEndpoints } from '../../src/cli/roles/api-endpoints.ts';
import { openCaptureDesk } from '../../src/cli/roles/open-captures.ts';
import { openPortal } from '../../src/cli/roles/open-portal.ts';
import { parseConfig, thisMachine } from '../../src/config/parse-config.ts';
import type { Artifact, BodyCapture } from '../../src/protocol/body-captures.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { createFolderStorage } from '../../src/storage/folder-storage.ts';
import { createFakeJobDesk } from '../support/fake-job-desk.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { sampleCapture, sampleMeasurement } from '../support/sample-captures.ts';
import { openTestAccounts, TEST_PASSWORD, type TestAccounts } from '../support/test-accounts.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';

let redis: TestRedisServer;
let state: RedisState;
let people: TestAccounts;
let api: TestApi;
let folder: string;
let failNextMessages = false;
const rows: { table: string; row: Readonly<Record<string, unknown>> }[] = [];

const audited = () =>
  rows.filter(({ table }) => table === 'audit_logs').map(({ row }) => `${row.action} ${row.resource_id}`);
const files = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

async function call(method: string, path: string, token: string, json?: unknown) {
  const response = await fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(json !== undefined && { 'content-type': 'application/json' }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, bytes, body: isJson ? JSON.parse(strFromU8(bytes)) : null };
}

/** A measured capture of somebody, with a picture and what was read from it in storage. */
async function keep(userId: string, changes: Partial<BodyCapture> = {}): Promise<BodyCapture> {
  const captureId = randomUUID();
  const artifact = (artifactType: Artifact['artifactType'], bucketPath: string): Artifact => ({
    artifactId: randomUUID(),
    captureId,
    bucketPath,
    artifactType,
    createdAtMs: Date.now(),
    removeAtMs: null,
  });
  const original = sampleMeasurement();
  const capture = sampleCapture({
    captureId,
    userId,
    jobId: null,
    status: 'done',
    ticketHash: 'secret-hash',
    createdAtMs: Date.now(),
    artifacts: [
      artifact('raw', `raw-captures/${captureId}/front.jpg`),
      artifact('evidence', `processed-artifacts/${captureId}/evidence-front.json.gz`),
    ],
    metrics: { original, current: original.metrics, overallConfidence: 0.78, latestAdjustmentId: null },
    ...changes,
  });
  const storage = createFolderStorage(folder);
  for (const { bucketPath } of capture.artifacts)
    await storage.put(bucketPath, new TextEncoder().encode(bucketPath), 'image/jpeg');
  await state.captures.create(capture);
  return capture;
}

describe.skipIf(redisServerMissing !== null)('one’s own data', () => {
  beforeAll(async () => {
    redis = await startRedisServer();
    state = await createRedisState({ url: redis.url, firstConnectMs: 5000 });
    folder = await mkdtemp(join(tmpdir(), 'framegate-personal-'));
    const environment = { FRAMEGATE_SIGN_INS_PER_ADDRESS: '100000' };
    const config = parseConfig(environment, thisMachine());
    const storage = createFolderStorage(folder);
    const records = {
      write: (table: string, _id: string, row: Readonly<Record<string, unknown>>) =>
        void rows.push({ table, row }),
    };
    const audit = createAudit(records);
    people = openTestAccounts(state, environment);
    const { accounts } = people;
    const jobs = await createFakeJobDesk();
    const eraser = createEraser({
      captures: state.captures,
      jobs: jobs.desk,
      storage,
      accounts: {
        remove: async (userId) => {
          await accounts.remove(userId);
          await state.forgetPartner(userId);
        },
      },
      // Without NATS there are no messages that tell of anybody.
      messages: {
        theirs: async () => {
          if (failNextMessages) throw new FramegateError('bus-unavailable', 'away', { retryable: true });
          return { captureIds: [], sessionIds: [] };
        },
        erase: async () => 0,
      },
      records: { put: async (table, id, row) => records.write(table, id, row) },
      book: state.erasures,
      nowMs: Date.now,
      newId: randomUUID,
    });
    const captures = openCaptureDesk(config, {
      redis: state,
      storage,
      records,
      jobs: jobs.desk,
      audit,
      eraser,
    });
    const portal = openPortal({
      captures: state.captures,
      people: state.accounts,
      accounts,
      batches: state.openPartnerBatches({ ttlMs: 60_000 }),
      webhooks: state.partnerWebhooks,
      jobs: jobs.desk,
      checkWebhookUrl: async () => {},
      labels: captures,
      eraser,
      storage,
      records,
      audit,
    });
    const takeCapture = async () => ({ allowed: true, retryAfterMs: 0 });
    const parts = {
      accounts,
      captures: { captures, takeCapture },
      portal,
      images: {},
      contours: {},
      skin: {},
    };
    api = await startTestApi(
      apiEndpoints(config, people.access, parts as unknown as ApiParts).filter(
        ({ path }) => !/\/(images|frontal|validate|skin|perfect-corp)/.test(path),
      ),
    );
  });
  afterAll(async () => {
    api?.close();
    state?.close();
    await redis?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('comes as a ZIP: the account, every capture, and pictures where they are asked for', async () => {
    const ann = await people.person('user');
    const bob = await people.person('user');
    const { captureId } = await keep(ann.account.userId);
    await keep(bob.account.userId);
    const without = unzipSync((await call('GET', '/me/export', ann.token)).bytes);
    const own = `captures/${captureId}`;
    expect(Object.keys(without)).toEqual([
      'account.json',
      `${own}/capture.json`,
      `${own}/evidence/evidence-front.json.gz`,
    ]);
    const account = JSON.parse(strFromU8(without['account.json']!));
    expect(account).toMatchObject({ userId: ann.account.userId, email: ann.account.email });
    expect(Object.keys(account)).not.toContain('passwordHash');
    const capture = JSON.parse(strFromU8(without[`${own}/capture.json`]!));
    expect(capture).toMatchObject({ captureId, adjustments: [], labels: [] });
    expect(Object.keys(capture)).not.toContain('ticketHash');
    const withPictures = unzipSync((await call('GET', '/me/export?include=images', ann.token)).bytes);
    expect(strFromU8(withPictures[`${own}/raw/front.jpg`]!)).toBe(`raw-captures/${captureId}/front.jpg`);
    expect(audited()).toContain(`account.exported ${ann.account.userId}`);
  });

  it('comes without a file whose time was over', async () => {
    const ann = await people.person('user');
    const { artifacts } = await keep(ann.account.userId);
    await createFolderStorage(folder).remove(artifacts.map(({ bucketPath }) => bucketPath));
    const files = unzipSync((await call('GET', '/me/export?include=images', ann.token)).bytes);
    expect(Object.keys(files)).toHaveLength(2);
  });

  it('is nobody’s without a token', async () => {
    for (const [method, path] of [
      ['GET', '/me/export'],
      ['POST', '/me/delete'],
      ['DELETE', '/me'],
      ['DELETE', '/admin/users/x/data'],
    ] as const) {
      expect(
        (await call(method, path, 'no-token', method === 'GET' ? undefined : { confirm: 'x' })).status,
      ).toBe(401);
    }
  });

  it.each([
    ['POST', '/me/delete', 'email'],
    ['DELETE', '/me', 'password'],
  ] as const)('%s %s, confirmed by the %s, leaves nothing that can be read', async (method, path, by) => {
    const before = await files();
    const ann = await people.person('partner');
    const { userId, email } = ann.account;
    const signedIn = await people.accounts.login(email, TEST_PASSWORD);
    const { captureId } = await keep(userId);
    await state.partnerWebhooks.keep(userId, { url: 'https://x', secretHint: null, registeredAtMs: 1 });
    const batch = await fetch(`${api.url}/api/v1/partner/upload-batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ann.token}`, 'content-type': 'text/csv' },
      body: 'customer_name,reference,waist_cm\nAnn,r-1,75',
    });
    const { batch_id: batchId } = (await batch.json()) as { batch_id: string };
    const batches = state.openPartnerBatches({ ttlMs: 60_000 });
    expect(await batches.read(batchId)).not.toBeNull();

    const wrong = await call(method, path, ann.token, { confirm: 'somebody@example.org' });
    expect({ status: wrong.status, code: wrong.body.code }).toEqual({
      status: 401,
      code: 'credentials-wrong',
    });
    const { status, body } = await call(method, path, ann.token, {
      confirm: by === 'email' ? ` ${email.toUpperCase()} ` : TEST_PASSWORD,
    });
    expect({ status, body }).toEqual({
      status: 200,
      body: { user_id: userId, status: 'erased', captures: 1, files: 2 },
    });
    expect((await call('GET', '/auth/me', ann.token)).status).toBe(401);
    await expect(people.accounts.refresh(signedIn.refreshToken)).rejects.toMatchObject({
      code: 'refresh-token-invalid',
    });
    await expect(people.accounts.login(email, TEST_PASSWORD)).rejects.toMatchObject({
      code: 'credentials-wrong',
    });
    expect(await state.captures.read(captureId)).toBeNull();
    expect(await state.captures.listOf(userId, { limit: 10 })).toEqual([]);
    expect(await state.partnerWebhooks.read(userId)).toBeNull();
    expect(await batches.read(batchId)).toBeNull();
    expect(await files()).toEqual(before);
    expect(rows.some(({ table, row }) => table === 'erasures' && row.subject_id === userId)).toBe(true);
    expect(audited().at(-1)).toBe(`account.erased ${userId}`);
  });

  it('is removed later where something is away, and nobody signs in meanwhile', async () => {
    const ann = await people.person('user');
    const { userId, email } = ann.account;
    failNextMessages = true;
    const { status, body } = await call('POST', '/me/delete', ann.token, { confirm: email });
    failNextMessages = false;
    expect({ status, body }).toMatchObject({ status: 202, body: { user_id: userId, status: 'erasing' } });
    expect((await call('GET', '/auth/me', ann.token)).status).toBe(401);
    expect((await state.erasures.open()).map(({ subjectId }) => subjectId)).toContain(userId);
  });

  it('of somebody else is removed by admins alone', async () => {
    const ann = await people.person('user');
    const admin = await people.person('admin');
    const { userId } = ann.account;
    await keep(userId);
    const path = `/admin/users/${userId}/data`;
    for (const role of ['user', 'labeler', 'partner'] as const) {
      const { token } = await people.person(role);
      expect((await call('DELETE', path, token)).status).toBe(403);
    }
    const { status, body } = await call('DELETE', path, admin.token);
    expect({ status, body }).toMatchObject({ status: 200, body: { user_id: userId, captures: 1 } });
    expect(audited().at(-1)).toBe(`account.erased ${userId}`);
    expect((await call('DELETE', path, admin.token)).status).toBe(404);
    expect((await call('GET', '/auth/me', ann.token)).status).toBe(401);
    const own = await call('DELETE', `/admin/users/${admin.account.userId}/data`, admin.token);
    expect({ status: own.status, code: own.body.code }).toEqual({ status: 403, code: 'role-refused' });
  });
});
