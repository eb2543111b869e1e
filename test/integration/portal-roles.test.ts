import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { type ApiRole, startApi } from '../../src/cli/roles/api-role.ts';
import type { RoleContext, RunningRole } from '../../src/cli/roles/role.ts';
import { startWorker } from '../../src/cli/roles/worker-role.ts';
import { parseConfig, thisMachine } from '../../src/config/parse-config.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { TEST_PASSWORD } from '../support/test-accounts.ts';

const CSV = 'customer_name,reference,waist_cm\n山田 太郎,r-1,75\nBroken,r-2,7\nBea,r-3,80\n';
const START_MS = 120_000;

describe.skipIf(natsServerMissing !== null || redisServerMissing !== null)('api and worker', () => {
  let nats: TestNatsServer;
  let redis: TestRedisServer;
  let bus: Bus;
  let state: RedisState;
  let api: ApiRole;
  let worker: RunningRole;
  let folder: string;
  let subscriber: Server;
  const told: string[] = [];
  const metrics = createMetrics({ node: 'test', version: 'test' });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'framegate-portal-'));
    subscriber = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => told.push(text));
      request.on('end', () => {
        response.end();
        subscriber.emit('told');
      });
    }).listen(0, '127.0.0.1');
    await once(subscriber, 'listening');
    [nats, redis] = await Promise.all([startNatsServer(), startRedisServer()]);
    [bus, state] = await Promise.all([
      createBus({ servers: nats.url, name: 'test' }),
      createRedisState({ url: redis.url }),
    ]);
    await ensureTopology(bus);
    const context: RoleContext = {
      config: parseConfig(
        {
          FRAMEGATE_API_PORT: '0',
          FRAMEGATE_STORAGE_FOLDER: folder,
          FRAMEGATE_WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
          FRAMEGATE_WEBHOOK_ALLOWED_HOSTS: hostOf(subscriber),
        },
        thisMachine(),
      ),
      logger: createLogger({ level: 'silent', format: 'json', node: 'test' }),
      metrics,
      codeVersion: 'test',
    };
    worker = await startWorker(context, { bus, redis: state });
    api = await startApi(context, { bus, redis: state });
  }, START_MS);
  afterAll(async () => {
    await api?.stop();
    await worker?.stop();
    metrics.close();
    state?.close();
    await bus?.close();
    subscriber?.close();
    await Promise.all([nats?.close(), redis?.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  async function call(method: string, path: string, token: string, body?: string, type = 'application/json') {
    const response = await fetch(`${api.url}/api/v1${path}`, {
      method,
      headers: {
        ...(token !== '' && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': type }),
      },
      ...(body !== undefined && { body }),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return {
      status: response.status,
      bytes,
      body: isJson ? JSON.parse(new TextDecoder().decode(bytes)) : null,
    };
  }

  it('take a partner’s batch in, tell of it, give sheets of it, and forget it with its partner', async () => {
    const email = 'shop@example.org';
    const registered = await call(
      'POST',
      '/auth/register',
      '',
      JSON.stringify({ email, password: TEST_PASSWORD }),
    );
    const { user, access_token: token } = registered.body;
    await state.accounts.change(user.id, (account) => ({ ...account, role: 'partner' }));
    const url = `http://${hostOf(subscriber)}/hook`;
    expect(
      (await call('POST', '/webhook/capture-complete', token, JSON.stringify({ url }))).body,
    ).toMatchObject({ url, active: true });
    const isTold = once(subscriber, 'told');
    const taken = await call('POST', '/partner/upload-batch', token, CSV, 'text/csv');
    expect(taken.status).toBe(202);
    await isTold;
    expect(JSON.parse(told[0]!)).toMatchObject({
      type: 'job.completed',
      data: { kind: 'partner-batch', links: { status: taken.body.links.status } },
    });
    const batch = await call('GET', `/partner/batches/${taken.body.batch_id}`, token);
    expect(batch.body).toMatchObject({ status: 'done', rows: 3, accepted: 2, rejected: 1 });
    const sheets = unzipSync((await call('GET', `/partner/${user.id}/exports`, token)).bytes);
    expect(Object.keys(sheets).map((name) => name.split('_')[0])).toEqual(['r-3', 'r-1']);
    const own = unzipSync((await call('GET', '/me/export', token)).bytes);
    expect(Object.keys(own)).toHaveLength(3);

    const erased = await call('POST', '/me/delete', token, JSON.stringify({ confirm: email }));
    expect(erased).toMatchObject({ status: 200, body: { status: 'erased', captures: 2 } });
    expect((await call('GET', '/auth/me', token)).status).toBe(401);
    expect(await state.captures.listAll({ limit: 10 })).toEqual([]);
    expect(await state.partnerWebhooks.read(user.id)).toBeNull();
    for (const stream of ['JOBS', 'RESULTS'])
      expect((await bus.nats.manager.streams.info(stream)).state.messages).toBe(0);
  });
});

function hostOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
