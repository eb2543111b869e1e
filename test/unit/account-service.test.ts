import { describe, expect, it, test } from 'vitest';
import type { AccountDeps } from '../../src/accounts/account-deps.ts';
import { createAccountService } from '../../src/accounts/account-service.ts';
import { normalEmail } from '../../src/accounts/email-address.ts';
import { passwordProblem } from '../../src/accounts/password-rules.ts';
import type { ConsentName } from '../../src/accounts/types.ts';
import type { Caller } from '../../src/protocol/accounts.ts';
import type { AuditEntry } from '../../src/protocol/audit.ts';
import { OPERATOR } from '../../src/protocol/audit.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { createMemoryAccountStore, createMemoryRefreshStore } from '../support/memory-account-stores.ts';

const PASSWORD = 'a long pass phrase';
const EMAIL = 'ann@example.org';
const START_MS = Date.UTC(2026, 0, 5);

function setUp(changes: Partial<AccountDeps> = {}) {
  const clock = { ms: START_MS };
  const rows: Record<string, unknown>[] = [];
  const audited: AuditEntry[] = [];
  const verified: (string | null)[] = [];
  const attempts: string[] = [];
  const withdrawn: [string, readonly ConsentName[]][] = [];
  const accounts = createMemoryAccountStore();
  const service = createAccountService({
    accounts,
    refreshTokens: createMemoryRefreshStore(),
    hasher: {
      hash: async (password) => `hash of ${password}`,
      verify: async (hash, password) => {
        verified.push(hash);
        return hash === `hash of ${password}`;
      },
    },
    accessTokens: {
      issue: async ({ userId, role }) => ({ token: `${userId} ${role}`, expiresInSeconds: 900 }),
      verify: async (token) => {
        const [userId, role] = token.split(' ');
        return { userId, role } as Caller;
      },
    },
    takeAttempt: async (who) => {
      attempts.push(who);
      return { allowed: true, retryAfterMs: 0 };
    },
    records: { write: (_table, _id, row) => void rows.push(row) },
    audit: { record: (entry) => void audited.push(entry) },
    onConsentWithdrawn: async (userId, names) => void withdrawn.push([userId, names]),
    nowMs: () => clock.ms,
    ...changes,
  });
  const register = (email = EMAIL, password = PASSWORD) => service.register({ email, password });
  return { service, register, accounts, clock, rows, audited, verified, attempts, withdrawn };
}

const refused = (code: string) => expect.objectContaining({ code });

describe('registering', () => {
  it('makes a user without consent, signed in, and keeps no password', async () => {
    const { service, register, accounts } = setUp();
    const { account, accessToken, refreshToken, expiresInSeconds } = await register(' Ann@Example.ORG ');
    expect(account).toMatchObject({
      email: EMAIL,
      role: 'user',
      displayName: null,
      consent: { store_images: false, training: false },
      createdAtMs: START_MS,
      lastLoginAtMs: START_MS,
    });
    expect(expiresInSeconds).toBe(900);
    expect(await service.authenticate(accessToken)).toEqual({ userId: account.userId, role: 'user' });
    expect((await service.refresh(refreshToken)).account).toEqual(account);
    expect(await accounts.read(account.userId)).toEqual(account);
  });

  it('takes each address once, however it is written', async () => {
    const { register } = setUp();
    await register('ann@example.org');
    await expect(register('ANN@example.org', 'some other password')).rejects.toEqual(
      refused('account-exists'),
    );
    const results = await Promise.allSettled(['b@x.org', 'B@x.org', ' b@X.org'].map((one) => register(one)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('takes a name and consent, and refuses what is none', async () => {
    const { service } = setUp();
    const give = (displayName: string, email: string) =>
      service.register({ email, password: PASSWORD, displayName, consent: { training: true } });
    expect((await give('  Łukasz 王  ', 'a@x.org')).account).toMatchObject({
      displayName: 'Łukasz 王',
      consent: { store_images: false, training: true },
    });
    expect((await give('   ', 'b@x.org')).account.displayName).toBeNull();
    for (const name of ['a\u0000b', 'a\nb', 'x\u202Egpj', 'n'.repeat(101)])
      await expect(give(name, 'c@x.org')).rejects.toEqual(refused('request-invalid'));
  });

  it('tells history and the audit trail who, and neither address nor password', async () => {
    const { register, rows, audited } = setUp();
    const { account } = await register();
    expect(rows).toEqual([
      {
        id: account.userId,
        role: 'user',
        created_at_ms: START_MS,
        last_login_ms: START_MS,
        consent_flags: '{"store_images":false,"training":false}',
      },
    ]);
    expect(audited).toMatchObject([{ actorId: account.userId, action: 'account.registered' }]);
    expect(JSON.stringify([rows, audited])).not.toMatch(/ann@|hash|pass/);
  });

  it('never says the password in its error', async () => {
    const { register } = setUp();
    const error: unknown = await register(EMAIL, 'qwertyuiop').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FramegateError);
    expect(JSON.stringify([(error as Error).message, (error as FramegateError).details])).not.toContain(
      'qwertyuiop',
    );
  });
});

describe('addresses', () => {
  test.each([
    ['ann@example.org', 'ann@example.org'],
    ['  Ann.B+tag@EXAMPLE.co.uk\n', 'ann.b+tag@example.co.uk'],
    ['jose\u0301@example.org', 'jos\u00e9@example.org'],
    ['用户@例子.公司', '用户@例子.公司'],
  ])('%j is taken as %j', (given, email) => expect(normalEmail(given)).toBe(email));

  test.each([
    ['nothing', ''],
    ['no at', 'ann.example.org'],
    ['no local part', '@example.org'],
    ['no dot', 'ann@localhost'],
    ['two ats', 'a@b@example.org'],
    ['a space inside', 'an n@example.org'],
    ['a line break inside', 'a@example.org\nb@example.org'],
    ['a zero byte', 'ann\u0000@example.org'],
    ['a comma', 'a,b@example.org'],
    ['brackets', '<ann@example.org>'],
    ['an empty label', 'ann@example..org'],
    ['a hyphen at an end', 'ann@-example.org'],
    ['two dots', 'a..b@example.org'],
    ['an address for a domain', 'ann@[127.0.0.1]'],
    ['65 letters before the at', `${'a'.repeat(65)}@example.org`],
    ['255 letters', `a@${'b.'.repeat(124)}orgaaa`],
    ['a direction mark', 'ann\u202e@example.org'],
  ])('%s is none', (_, given) => expect(normalEmail(given)).toBeNull());
});

describe('passwords', () => {
  test.each([
    ['ten characters', 'kV9 tülp 4', null],
    ['128 characters', 'ab c'.repeat(32), null],
    ['ten characters of four bytes each', '😀😃😄😁😆😅🤣😂🙂🙃', null],
    ['nine', 'kV9 tulp4', 'fewer'],
    ['nine of which each is two units', '😀😃😄😁😆😅🤣😂🙂', 'fewer'],
    ['129', `${'ab c'.repeat(32)}x`, 'more'],
    ['the address', 'ann.long@example.org', 'address'],
    ['what stands before the at', 'ANN.LONGER', 'address'],
    ['one that is guessed first', 'Password123', 'guessed'],
    ['one letter', 'aaaaaaaaaaaa', 'guessed'],
  ])('%s', (_, password, problem) => {
    const email = password.startsWith('ANN') ? 'ann.longer@example.org' : 'ann.long@example.org';
    const said = passwordProblem(password, email);
    if (problem === null) expect(said).toBeNull();
    else expect(said).toContain(problem);
  });

  it('are the same however they were composed', async () => {
    const { service, register } = setUp();
    await register(EMAIL, 'cafe\u0301 au lait');
    await expect(service.login(EMAIL, 'caf\u00e9 au lait')).resolves.toBeDefined();
  });
});

describe('signing in', () => {
  it('takes the right password and remembers when', async () => {
    const { service, register, clock, rows } = setUp();
    await register();
    clock.ms += 5000;
    const { account } = await service.login('ANN@example.org', PASSWORD);
    expect(account.lastLoginAtMs).toBe(START_MS + 5000);
    expect(rows.at(-1)).toMatchObject({ id: account.userId, last_login_ms: START_MS + 5000 });
  });

  it('says the same of a wrong password, an unknown address and what is no address, after the same work', async () => {
    const { service, register, verified } = setUp();
    await register();
    const errors = [];
    for (const [email, password] of [
      [EMAIL, 'wrong password'],
      ['bob@example.org', PASSWORD],
      ['no address', PASSWORD],
    ] as const) {
      errors.push(await service.login(email, password).catch((thrown: unknown) => thrown));
    }
    const said = errors.map((error) => ({ ...(error as FramegateError), text: (error as Error).message }));
    expect(said[0]).toMatchObject({ code: 'credentials-wrong' });
    expect(said[1]).toEqual(said[0]);
    expect(said[2]).toEqual(said[0]);
    expect(verified).toEqual([`hash of ${PASSWORD}`, null, null]);
  });

  it('counts by address whether or not there is an account, never by the address itself', async () => {
    const { service, register, attempts } = setUp();
    await register();
    await service.login(' ANN@EXAMPLE.ORG', PASSWORD);
    await service.login('bob@example.org', PASSWORD).catch(() => {});
    expect(attempts[1]).toBe(attempts[0]);
    expect(attempts[2]).not.toBe(attempts[0]);
    expect(attempts.join()).not.toContain('@');
  });

  it('refuses after too many attempts, before any hash is made', async () => {
    const { service, verified } = setUp({
      takeAttempt: async () => ({ allowed: false, retryAfterMs: 61_000 }),
    });
    const error = { code: 'rate-limited', retryable: true, retryAfterMs: 61_000 };
    await expect(service.login(EMAIL, PASSWORD)).rejects.toMatchObject(error);
    await expect(service.register({ email: EMAIL, password: PASSWORD })).rejects.toMatchObject(error);
    expect(verified).toEqual([]);
  });

  it('with a password that is changed at that moment fails', async () => {
    const accounts = createMemoryAccountStore();
    const { service, register } = setUp({
      accounts,
      hasher: {
        hash: async (password) => `hash of ${password}`,
        verify: async (hash) => {
          const account = await accounts.findByEmail(EMAIL);
          await accounts.change(account?.userId ?? '', (one) => ({ ...one, passwordHash: 'another' }));
          return hash !== null;
        },
      },
    });
    await register();
    await expect(service.login(EMAIL, PASSWORD)).rejects.toEqual(refused('credentials-wrong'));
  });
});

describe('refresh tokens', () => {
  it('give a new pair, each once, for as long as one likes', async () => {
    const { service, register } = setUp();
    const { account, refreshToken } = await register();
    let token = refreshToken;
    const seen = new Set([token]);
    for (let turn = 0; turn < 5; turn++) {
      const next = await service.refresh(token);
      expect(next.account.userId).toBe(account.userId);
      token = next.refreshToken;
      seen.add(token);
    }
    expect(seen.size).toBe(6);
  });

  it('that come twice end their sign-in, with the newest token, and no other sign-in', async () => {
    const { service, register, audited } = setUp();
    const { account, refreshToken: first } = await register();
    const elsewhere = await service.login(EMAIL, PASSWORD);
    const second = await service.refresh(first);
    await expect(service.refresh(first)).rejects.toEqual(refused('refresh-token-invalid'));
    await expect(service.refresh(second.refreshToken)).rejects.toEqual(refused('refresh-token-invalid'));
    await expect(service.refresh(elsewhere.refreshToken)).resolves.toBeDefined();
    expect(audited.filter(({ action }) => action === 'account.refresh-token-reused')).toMatchObject([
      { resourceId: account.userId },
    ]);
  });

  test.each([
    ['nothing', ''],
    ['something else', 'abc'],
    ['a well-formed one of nobody', `${'A'.repeat(22)}.${'B'.repeat(43)}`],
    ['one that is too long', `${'A'.repeat(22)}.${'B'.repeat(44)}`],
    ['one with another alphabet', `${'A'.repeat(21)}*.${'B'.repeat(43)}`],
  ])('%s is none', async (_, token) => {
    const { service } = setUp();
    await expect(service.refresh(token)).rejects.toEqual(refused('refresh-token-invalid'));
    await expect(service.logout(token)).resolves.toBeUndefined();
  });

  it('with a changed secret is none, and costs the sign-in', async () => {
    const { service, register } = setUp();
    const { refreshToken } = await register();
    const last = refreshToken.at(-2) === 'A' ? 'B' : 'A';
    const tampered = `${refreshToken.slice(0, -2)}${last}${refreshToken.at(-1)}`;
    await expect(service.refresh(tampered)).rejects.toEqual(refused('refresh-token-invalid'));
    await expect(service.refresh(refreshToken)).rejects.toEqual(refused('refresh-token-invalid'));
  });

  it('end with the sign-in, also by an older one', async () => {
    const { service, register } = setUp();
    const { refreshToken: first } = await register();
    const { refreshToken: second } = await service.refresh(first);
    await service.logout(first);
    await expect(service.refresh(second)).rejects.toEqual(refused('refresh-token-invalid'));
  });

  it('of a removed account are none', async () => {
    const { service, register, accounts } = setUp();
    const { account, refreshToken } = await register();
    await accounts.remove(account.userId);
    await expect(service.refresh(refreshToken)).rejects.toEqual(refused('refresh-token-invalid'));
  });
});

describe('access tokens', () => {
  it('give the role that the account has now', async () => {
    const { service, register } = setUp();
    const { account, accessToken } = await register();
    await service.changeRole(OPERATOR, account.userId, 'labeler');
    expect(await service.authenticate(accessToken)).toEqual({ userId: account.userId, role: 'labeler' });
  });

  it('are missing, or of an account that is gone', async () => {
    const { service, register } = setUp();
    await expect(service.authenticate(undefined)).rejects.toEqual(refused('token-missing'));
    await expect(service.authenticate('')).rejects.toEqual(refused('token-missing'));
    const { account, accessToken } = await register();
    await service.remove(account.userId);
    await expect(service.authenticate(accessToken)).rejects.toEqual(refused('token-invalid'));
  });
});

describe('changes', () => {
  it('of name and consent leave out what is not named', async () => {
    const { service, register, withdrawn, audited, rows } = setUp();
    const { userId } = (await register()).account;
    await service.update(userId, { consent: { store_images: true, training: true } });
    expect(withdrawn).toEqual([]);
    const named = await service.update(userId, { displayName: 'Ann' });
    expect(named).toMatchObject({ displayName: 'Ann', consent: { store_images: true, training: true } });
    expect(await service.update(userId, { displayName: null })).toMatchObject({ displayName: null });
    const less = await service.update(userId, { consent: { store_images: false } });
    expect(less.consent).toEqual({ store_images: false, training: true });
    await service.update(userId, { consent: { training: true } });
    await service.update(userId, { consent: {} });
    expect(withdrawn).toEqual([[userId, ['store_images']]]);
    expect(audited.filter(({ action }) => action === 'account.consent-changed')).toHaveLength(2);
    expect(rows.at(-1)).toMatchObject({ consent_flags: '{"store_images":false,"training":true}' });
  });

  it('that could not remove what was kept can be made again', async () => {
    let fails = true;
    const removed: string[] = [];
    const { service, register } = setUp({
      onConsentWithdrawn: async (userId) => {
        if (fails) throw new FramegateError('storage-unavailable', 'away', { retryable: true });
        removed.push(userId);
      },
    });
    const { userId } = (await register()).account;
    await service.update(userId, { consent: { store_images: true } });
    const withdraw = () => service.update(userId, { consent: { store_images: false } });
    await expect(withdraw()).rejects.toEqual(refused('storage-unavailable'));
    expect((await service.read(userId)).consent.store_images).toBe(false);
    fails = false;
    await withdraw();
    expect(removed).toEqual([userId]);
  });

  it('of the password need the old one, follow the rules and end every sign-in', async () => {
    const { service, register } = setUp();
    const { account, refreshToken } = await register();
    const { userId } = account;
    const other = await service.login(EMAIL, PASSWORD);
    const next = 'quite another phrase';
    await expect(service.changePassword(userId, 'wrong', next)).rejects.toEqual(refused('credentials-wrong'));
    await expect(service.changePassword(userId, PASSWORD, 'short')).rejects.toEqual(
      refused('request-invalid'),
    );
    await service.changePassword(userId, PASSWORD, next);
    for (const token of [refreshToken, other.refreshToken])
      await expect(service.refresh(token)).rejects.toEqual(refused('refresh-token-invalid'));
    await expect(service.login(EMAIL, PASSWORD)).rejects.toEqual(refused('credentials-wrong'));
    await expect(service.login(EMAIL, next)).resolves.toBeDefined();
  });

  it('of the role are written down, and are nobody’s own', async () => {
    const { service, register, audited } = setUp();
    const { userId } = (await register()).account;
    await expect(service.changeRole(userId, userId, 'admin')).rejects.toEqual(refused('role-refused'));
    await service.changeRole('the-admin', userId, 'partner');
    expect((await service.read(userId)).role).toBe('partner');
    expect(audited.at(-1)).toEqual({
      actorId: 'the-admin',
      action: 'account.role-changed',
      resourceType: 'account',
      resourceId: userId,
      metadata: { from: 'user', to: 'partner' },
    });
  });

  it('of nobody are not made', async () => {
    const { service } = setUp();
    await expect(service.read('none')).rejects.toEqual(refused('not-found'));
    await expect(service.update('none', {})).rejects.toEqual(refused('not-found'));
    await expect(service.changePassword('none', PASSWORD, PASSWORD)).rejects.toEqual(refused('not-found'));
    await expect(service.changeRole('a', 'none', 'admin')).rejects.toEqual(refused('not-found'));
    await expect(service.remove('none')).resolves.toBeUndefined();
  });

  it('to nothing at all free the address and end every sign-in', async () => {
    const { service, register } = setUp();
    const { account, refreshToken } = await register();
    await service.remove(account.userId);
    await expect(service.refresh(refreshToken)).rejects.toEqual(refused('refresh-token-invalid'));
    await expect(service.login(EMAIL, PASSWORD)).rejects.toEqual(refused('credentials-wrong'));
    expect((await register()).account.userId).not.toBe(account.userId);
  });

  it('by an operator make accounts of any role, without signing in', async () => {
    const { service, audited } = setUp();
    const account = await service.create(OPERATOR, { email: EMAIL, password: PASSWORD, role: 'admin' });
    expect(account).toMatchObject({ role: 'admin', lastLoginAtMs: null });
    expect(audited).toMatchObject([
      { actorId: OPERATOR, action: 'account.created', metadata: { role: 'admin' } },
    ]);
    expect(await service.findByEmail(' ANN@example.org')).toEqual(account);
    expect(await service.findByEmail('nobody')).toBeNull();
  });
});
