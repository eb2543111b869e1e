import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { type Bus, createBus } from '../../src/bus/create-bus.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { runFramegate } from '../support/framegate-process.ts';
import { natsServerMissing, startNatsServer, type TestNatsServer } from '../support/nats-server.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { openTestAccounts } from '../support/test-accounts.ts';

describe.skipIf(redisServerMissing !== null || natsServerMissing !== null)('framegate account', () => {
  let folder: string;
  let redis: TestRedisServer;
  let nats: TestNatsServer;
  let state: RedisState;
  let bus: Bus;
  let settings: Record<string, string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'framegate-account-'));
    [redis, nats] = await Promise.all([startRedisServer(), startNatsServer()]);
    state = await createRedisState({ url: redis.url, firstConnectMs: 5000 });
    bus = await createBus({ servers: nats.url, name: 'test' });
    settings = {
      FRAMEGATE_DATA_FOLDER: folder,
      FRAMEGATE_REDIS_URL: redis.url,
      FRAMEGATE_NATS_URL: nats.url,
    };
  });
  afterAll(async () => {
    state?.close();
    await bus?.close();
    await Promise.all([redis?.close(), nats?.close()]);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const account = (args: readonly string[], input?: string) =>
    runFramegate(['account', ...args], settings, folder, input);

  /** The newest entry of the audit trail. */
  async function lastAudited(): Promise<unknown> {
    const message = await bus.nats.manager.streams.getMessage('RECORDS', {
      last_by_subj: 'framegate.records.audit_logs.*',
    });
    return message === null ? null : (message.json() as { row: unknown }).row;
  }

  it('makes an admin whose password is made up, shown once, and good', async () => {
    const { exitCode, stdout, stderr } = await account(['create', 'Root@Example.org', '--role', 'admin']);
    expect(exitCode, stderr).toBe(0);
    const [, userId, password] =
      /^([0-9a-f-]{36}) root@example\.org admin\npassword: ([\w-]{24})\n$/.exec(stdout) ?? [];
    expect(await lastAudited()).toMatchObject({
      actor_id: 'operator',
      action: 'account.created',
      resource_id: userId,
      metadata: '{"role":"admin"}',
    });
    const { accounts } = openTestAccounts(state);
    expect((await accounts.login('root@example.org', password ?? '')).account.userId).toBe(userId);
  }, 30_000);

  it('takes a password from standard input, whose line end is no part of it', async () => {
    const password = 'from  a file, ü';
    const args = ['create', 'bob@example.org', '--name', 'Bob', '--password-stdin'];
    const { exitCode, stdout, stderr } = await account(args, `${password}\r\nanother line\n`);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^[0-9a-f-]{36} bob@example\.org user\n$/);
    const { accounts } = openTestAccounts(state);
    expect((await accounts.login('bob@example.org', password)).account.displayName).toBe('Bob');
  }, 30_000);

  it('gives another role, which is in the audit trail', async () => {
    const { accounts } = openTestAccounts(state);
    const { account: carl } = await accounts.register({
      email: 'carl@example.org',
      password: 'a long pass phrase',
    });
    const { exitCode, stdout, stderr } = await account(['set-role', 'CARL@example.org', 'labeler']);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toBe(`${carl.userId} carl@example.org labeler\n`);
    expect((await accounts.read(carl.userId)).role).toBe('labeler');
    expect(await lastAudited()).toMatchObject({
      actor_id: 'operator',
      action: 'account.role-changed',
      resource_id: carl.userId,
      metadata: '{"from":"user","to":"labeler"}',
    });
  }, 30_000);

  test.each([
    ['an unknown address', ['set-role', 'nobody@example.org', 'admin'], /no account.*\n {2}code: usage/],
    ['an unknown role', ['set-role', 'nobody@example.org', 'root'], /the roles are.*\n {2}code: usage/],
    ['an unknown role for a new one', ['create', 'x@example.org', '--role', 'root'], /'root' is invalid/],
    ['what is no address', ['create', 'x'], /email: is no e-mail address\n {2}code: request-invalid/],
    ['an empty password', ['create', 'x@example.org', '--password-stdin'], /code: request-invalid/],
  ] as const)(
    'refuses %s',
    async (_, args, message) => {
      const { exitCode, stdout, stderr } = await account(args, '');
      expect(exitCode).not.toBe(0);
      expect(stdout).toBe('');
      expect(stderr).toMatch(message);
    },
    30_000,
  );

  it('says which servers it needs', async () => {
    const only = { FRAMEGATE_DATA_FOLDER: folder };
    const { exitCode, stderr } = await runFramegate(['account', 'create', 'y@example.org'], only, folder);
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/set FRAMEGATE_REDIS_URL and FRAMEGATE_NATS_URL.*\n {2}code: config-invalid/);
  }, 30_000);
});
