import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { createAccessTokens } from '../../src/auth/access-tokens.ts';
import type { ApiParts } from '../../src/cli/roles/api-endpoints.ts';
import { apiEndpoints } from '../../src/cli/roles/api-endpoints.ts';
import { parseConfig, thisMachine } from '../../src/config/parse-config.ts';
import { ROLES, type Role } from '../../src/protocol/accounts.ts';
import { createRedisState, type RedisState } from '../../src/state/create-redis-state.ts';
import { redisServerMissing, startRedisServer, type TestRedisServer } from '../support/redis-server.ts';
import { openTestAccounts, TEST_PASSWORD, type TestAccounts } from '../support/test-accounts.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';

interface Answer {
  readonly status: number;
  /** JSON, whatever it is. */
  readonly body: ReturnType<typeof JSON.parse>;
  readonly headers: Headers;
}

const REFUSED = (code: string) => ({ detail: expect.any(String), code });

let redis: TestRedisServer;
let state: RedisState;
let people: TestAccounts;
let api: TestApi;

async function serve(environment: Record<string, string> = {}): Promise<void> {
  api?.close();
  people = openTestAccounts(state, environment);
  const config = parseConfig(environment, thisMachine());
  const others = { images: {}, contours: {}, skin: {}, captures: {}, portal: {} };
  const parts = { accounts: people.accounts, ...others } as unknown as ApiParts;
  const own = apiEndpoints(config, people.access, parts).filter(
    ({ tag, path }) => tag === 'accounts' || path.startsWith('/api/v1/admin/accounts'),
  );
  api = await startTestApi(own);
}

async function call(
  method: string,
  path: string,
  { json, token, headers = {} }: { json?: unknown; token?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(json !== undefined && { body: typeof json === 'string' ? json : JSON.stringify(json) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers };
}

let count = 0;
const newEmail = () => `person-${++count}-${Date.now()}@example.org`;
const register = (email = newEmail()) =>
  call('POST', '/auth/register', { json: { email, password: TEST_PASSWORD } });

describe.skipIf(redisServerMissing !== null)('accounts over HTTP', () => {
  beforeAll(async () => {
    redis = await startRedisServer();
    state = await createRedisState({ url: redis.url, firstConnectMs: 5000 });
    await serve({ FRAMEGATE_SIGN_INS_PER_ADDRESS: '100000' });
  });
  afterAll(async () => {
    api?.close();
    state?.close();
    await redis?.close();
  });

  describe('POST /auth/register', () => {
    it('makes an account and signs it in', async () => {
      const email = newEmail();
      const { status, body } = await call('POST', '/auth/register', {
        json: {
          email: email.toUpperCase(),
          password: TEST_PASSWORD,
          display_name: 'Ann',
          consent_flags: { store_images: true },
        },
      });
      expect(status).toBe(201);
      expect(body).toEqual({
        user: {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          email,
          display_name: 'Ann',
          role: 'user',
          created_at: expect.stringMatching(/^\d{4}-.*Z$/),
          last_login: expect.stringMatching(/^\d{4}-.*Z$/),
          consent_flags: { store_images: true, training: false },
        },
        access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        refresh_token: expect.stringMatching(/^[\w-]{22}\.[\w-]{43}$/),
        token_type: 'bearer',
        expires_in: 900,
      });
      expect((await call('GET', '/auth/me', { token: body.access_token })).body).toEqual(body.user);
    });

    it('refuses an address that has an account', async () => {
      const email = newEmail();
      await register(email);
      expect(await register(` ${email.toUpperCase()}`)).toMatchObject({
        status: 409,
        body: REFUSED('account-exists'),
      });
    });

    test.each([
      ['no address', { email: 'ann', password: TEST_PASSWORD }],
      ['no password', { email: 'x@example.org' }],
      ['a short password', { email: 'x@example.org', password: 'short' }],
      ['a common password', { email: 'x@example.org', password: 'password123' }],
      ['the address as password', { email: 'long-name@example.org', password: 'long-name@example.org' }],
      ['a role of one’s choice', { email: 'x@example.org', password: TEST_PASSWORD, role: 'admin' }],
      [
        'an unknown consent',
        { email: 'x@example.org', password: TEST_PASSWORD, consent_flags: { all: true } },
      ],
      [
        'consent that is no boolean',
        { email: 'x@example.org', password: TEST_PASSWORD, consent_flags: { training: 'yes' } },
      ],
      ['an address that is a list', { email: ['x@example.org'], password: TEST_PASSWORD }],
      ['something that is no JSON', '{'],
      ['a list', []],
    ])('refuses %s', async (_, json) => {
      expect(await call('POST', '/auth/register', { json })).toMatchObject({
        status: 422,
        body: REFUSED('request-invalid'),
      });
    });

    it('refuses a body that is too large, and one of another type', async () => {
      const json = { email: 'x@example.org', password: 'x'.repeat(9000) };
      expect(await call('POST', '/auth/register', { json })).toMatchObject({
        status: 413,
        body: REFUSED('payload-too-large'),
      });
      const headers = { 'content-type': 'text/plain' };
      expect(await call('POST', '/auth/register', { json: 'email=x', headers })).toMatchObject({
        status: 415,
        body: REFUSED('media-type-unsupported'),
      });
    });
  });

  describe('POST /auth/login', () => {
    it('signs in', async () => {
      const email = newEmail();
      const { body: registered } = await register(email);
      const { status, body } = await call('POST', '/auth/login', {
        json: { email, password: TEST_PASSWORD },
      });
      expect(status).toBe(200);
      expect(body.user.id).toBe(registered.user.id);
      expect(body.refresh_token).not.toBe(registered.refresh_token);
    });

    it('says the same of a wrong password and of an unknown address', async () => {
      const email = newEmail();
      await register(email);
      const wrong = await call('POST', '/auth/login', { json: { email, password: 'wrong' } });
      const json = { email: newEmail(), password: TEST_PASSWORD };
      const unknown = await call('POST', '/auth/login', { json });
      expect(wrong).toMatchObject({ status: 401, body: REFUSED('credentials-wrong') });
      expect([unknown.status, unknown.body]).toEqual([wrong.status, wrong.body]);
    });

    it('takes so many attempts with one address, right or wrong, and says when there are more', async () => {
      const email = newEmail();
      await register(email);
      const tries = [];
      for (let attempt = 0; attempt < 10; attempt++)
        tries.push(await call('POST', '/auth/login', { json: { email, password: `wrong ${attempt}` } }));
      // Registering was the first of ten.
      expect(tries.map(({ status }) => status)).toEqual([...Array(9).fill(401), 429]);
      const last = await call('POST', '/auth/login', { json: { email, password: TEST_PASSWORD } });
      expect(last).toMatchObject({ status: 429, body: REFUSED('rate-limited') });
      expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(last.headers.get('retry-after'))).toBeLessThanOrEqual(15 * 60);
      expect((await register()).status).toBe(201);
    });
  });

  describe('POST /auth/refresh and /auth/logout', () => {
    const refresh = (token: string) => call('POST', '/auth/refresh', { json: { refresh_token: token } });

    it('gives the next pair, once; what comes twice ends the sign-in', async () => {
      const { body: first } = await register();
      const second = await refresh(first.refresh_token);
      expect(second.status).toBe(200);
      expect(second.body.user).toEqual(first.user);
      expect((await call('GET', '/auth/me', { token: second.body.access_token })).status).toBe(200);
      const refused = { status: 401, body: REFUSED('refresh-token-invalid') };
      expect(await refresh(first.refresh_token)).toMatchObject(refused);
      expect(await refresh(second.body.refresh_token)).toMatchObject(refused);
      expect(people.rows).toContainEqual({
        table: 'audit_logs',
        row: expect.objectContaining({ action: 'account.refresh-token-reused', resource_id: first.user.id }),
      });
    });

    it('refuses what is no refresh token', async () => {
      const { body } = await register();
      for (const token of ['x', body.access_token.slice(0, 200), `${body.refresh_token}x`])
        expect(await refresh(token)).toMatchObject({ status: 401, body: REFUSED('refresh-token-invalid') });
      expect((await call('POST', '/auth/refresh', { json: {} })).status).toBe(422);
    });

    it('ends with a logout, which says nothing of what it found', async () => {
      const { body } = await register();
      const logout = () => call('POST', '/auth/logout', { json: { refresh_token: body.refresh_token } });
      expect(await logout()).toMatchObject({ status: 204, body: null });
      expect((await refresh(body.refresh_token)).status).toBe(401);
      expect((await logout()).status).toBe(204);
    });
  });

  describe('/auth/me', () => {
    test.each(ROLES)('shows an account with the role %s', async (role) => {
      const { account, token } = await people.person(role, newEmail());
      const { status, body } = await call('GET', '/auth/me', { token });
      expect(status).toBe(200);
      expect(body).toMatchObject({ id: account.userId, email: account.email, role });
      expect(Object.keys(body).sort()).toEqual(
        ['consent_flags', 'created_at', 'display_name', 'email', 'id', 'last_login', 'role'].sort(),
      );
    });

    it('changes name and consent, and lets go what a withdrawn consent kept', async () => {
      const { account, token } = await people.person('user', newEmail());
      const patch = (json: unknown) => call('PATCH', '/auth/me', { token, json });
      const given = { display_name: 'Ann', consent_flags: { store_images: true, training: true } };
      expect((await patch(given)).body).toMatchObject(given);
      expect((await patch({ consent_flags: { store_images: false } })).body).toMatchObject({
        display_name: 'Ann',
        consent_flags: { store_images: false, training: true },
      });
      expect(people.withdrawn).toContainEqual({ userId: account.userId, names: ['store_images'] });
      for (const json of [
        { role: 'admin' },
        { email: 'x@x.org' },
        { consent_flags: { all: true } },
        { display_name: 7 },
      ])
        expect(await patch(json)).toMatchObject({ status: 422, body: REFUSED('request-invalid') });
    });

    it('is nobody without a token that is good', async () => {
      const { token } = await people.person('user', newEmail());
      const [header, payload, signature] = token.split('.') as [string, string, string];
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
      const raised = Buffer.from(JSON.stringify({ ...claims, role: 'admin' })).toString('base64url');
      for (const method of ['GET', 'PATCH']) {
        const json = method === 'PATCH' ? {} : undefined;
        const with_ = (bad?: string) => call(method, '/auth/me', { json, token: bad });
        expect(await with_()).toMatchObject({ status: 401, body: REFUSED('token-missing') });
        for (const bad of ['x', `${header}.${raised}.${signature}`, `${header}.${payload}.`])
          expect(await with_(bad)).toMatchObject({ status: 401, body: REFUSED('token-invalid') });
      }
    });

    it('is nobody with a token that has expired', async () => {
      const { account } = await people.person('user', newEmail());
      const anHourAgo = createAccessTokens({
        secret: () => state.signingSecret(),
        audience: 'framegate',
        issuer: 'framegate',
        ttlSeconds: 900,
        nowMs: () => Date.now() - 3_600_000,
      });
      const { token } = await anHourAgo.issue(account);
      expect(await call('GET', '/auth/me', { token })).toMatchObject({
        status: 401,
        body: REFUSED('token-expired'),
      });
    });

    it('is nobody once the account is gone, whatever the token says', async () => {
      const { account, token } = await people.person('admin', newEmail());
      await people.accounts.remove(account.userId);
      expect(await call('GET', '/auth/me', { token })).toMatchObject({
        status: 401,
        body: REFUSED('token-invalid'),
      });
    });
  });

  describe('POST /auth/password', () => {
    it('changes it and ends every sign-in', async () => {
      const email = newEmail();
      const { body } = await register(email);
      const change = (current: string, next: string) =>
        call('POST', '/auth/password', {
          token: body.access_token,
          json: { current_password: current, new_password: next },
        });
      expect(await change('wrong', 'quite another phrase')).toMatchObject({
        status: 401,
        body: REFUSED('credentials-wrong'),
      });
      expect(await change(TEST_PASSWORD, email)).toMatchObject({
        status: 422,
        body: REFUSED('request-invalid'),
      });
      expect((await change(TEST_PASSWORD, 'quite another phrase')).status).toBe(204);
      const refresh = { json: { refresh_token: body.refresh_token } };
      expect((await call('POST', '/auth/refresh', refresh)).status).toBe(401);
      const login = (password: string) => call('POST', '/auth/login', { json: { email, password } });
      expect((await login(TEST_PASSWORD)).status).toBe(401);
      expect((await login('quite another phrase')).status).toBe(200);
    });
  });

  describe('PATCH /admin/accounts/{id}', () => {
    const patch = (token: string | undefined, id: string, json: unknown) =>
      call('PATCH', `/admin/accounts/${id}`, { json, ...(token !== undefined && { token }) });

    it('by an admin counts from the next call on, and is in the audit trail', async () => {
      const admin = await people.person('admin', newEmail());
      const user = await people.person('user', newEmail());
      expect(await patch(user.token, admin.account.userId, { role: 'user' })).toMatchObject({ status: 403 });
      expect(await patch(admin.token, user.account.userId, { role: 'admin' })).toMatchObject({
        status: 200,
        body: { id: user.account.userId, role: 'admin' },
      });
      // The same token as before.
      expect((await call('GET', '/auth/me', { token: user.token })).body.role).toBe('admin');
      expect((await patch(user.token, admin.account.userId, { role: 'user' })).status).toBe(200);
      expect(await patch(admin.token, user.account.userId, { role: 'user' })).toMatchObject({
        status: 403,
        body: REFUSED('role-refused'),
      });
      const audited = people.rows
        .filter(({ row }) => row.action === 'account.role-changed')
        .map(({ row }) => row);
      expect(audited).toContainEqual(
        expect.objectContaining({
          actor_id: admin.account.userId,
          resource_type: 'account',
          resource_id: user.account.userId,
          metadata: '{"from":"user","to":"admin"}',
        }),
      );
    });

    test.each(ROLES.filter((role) => role !== 'admin'))('is refused to the role %s', async (role: Role) => {
      const { token, account } = await people.person(role, newEmail());
      const other = await people.person('user', newEmail());
      for (const id of [account.userId, other.account.userId, 'none'])
        expect(await patch(token, id, { role: 'admin' })).toMatchObject({
          status: 403,
          body: REFUSED('role-refused'),
        });
    });

    it('is refused for oneself, for nobody, for an unknown role, and to strangers', async () => {
      const { account, token } = await people.person('admin', newEmail());
      expect(await patch(token, account.userId, { role: 'user' })).toMatchObject({ status: 403 });
      expect(await patch(token, 'none', { role: 'user' })).toMatchObject({
        status: 404,
        body: REFUSED('not-found'),
      });
      expect((await patch(token, account.userId, { role: 'root' })).status).toBe(422);
      expect(await patch(undefined, account.userId, { role: 'user' })).toMatchObject({
        status: 401,
        body: REFUSED('token-missing'),
      });
    });
  });

  it('no answer was a fault of the server', () => expect(api.faults).toEqual([]));

  describe('limits and life', () => {
    beforeEach(() => serve({ FRAMEGATE_SIGN_INS_PER_ADDRESS: '3', FRAMEGATE_TRUSTED_PROXIES: '1' }));

    const from = (address: string) =>
      call('POST', '/auth/login', {
        json: { email: newEmail(), password: TEST_PASSWORD },
        headers: { 'x-forwarded-for': address },
      });

    it('one client address has so many attempts; of IPv6 a whole /64 is one', async () => {
      const statuses = async (addresses: readonly string[]) => {
        const found = [];
        for (const address of addresses) found.push((await from(address)).status);
        return found;
      };
      expect(await statuses(Array(4).fill('192.0.2.1'))).toEqual([401, 401, 401, 429]);
      expect(await statuses(['192.0.2.2'])).toEqual([401]);
      const sameNet = [
        '2001:db8::1',
        '2001:db8::2',
        '2001:db8:0:0:ffff::3',
        '2001:db8::4',
        '2001:db8:0:1::1',
      ];
      expect(await statuses(sameNet)).toEqual([401, 401, 401, 429, 401]);
    });

    it('is refused before the body is read', async () => {
      for (let attempt = 0; attempt < 3; attempt++) await from('192.0.2.9');
      const socket = connect({ host: '127.0.0.1', port: Number(new URL(api.url).port) });
      socket.write(
        'POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 192.0.2.9\r\n' +
          'content-type: application/json\r\ncontent-length: 4000\r\n\r\n',
      );
      const [data] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      expect(data.toString()).toMatch(/^HTTP\/1\.1 429 .*retry-after: \d+/is);
    });
  });

  it('without Redis says so, and when to ask again', async () => {
    const away = await startRedisServer();
    const lost = await createRedisState({ url: away.url, firstConnectMs: 5000 });
    const before = state;
    state = lost;
    try {
      await serve();
      await away.kill();
      const json = { email: newEmail(), password: TEST_PASSWORD };
      for (const answer of [
        await call('POST', '/auth/login', { json }),
        await call('POST', '/auth/register', { json }),
        await call('POST', '/auth/refresh', {
          json: { refresh_token: `${'A'.repeat(22)}.${'B'.repeat(43)}` },
        }),
        await call('GET', '/auth/me', { token: 'a.b.c' }),
      ]) {
        expect(answer).toMatchObject({ status: 503, body: REFUSED('state-unavailable') });
        expect(answer.headers.get('retry-after')).toBe('1');
      }
    } finally {
      state = before;
      lost.close();
      await away.close();
    }
  });
});
