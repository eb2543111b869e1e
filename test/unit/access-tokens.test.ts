import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { type AccessTokensOptions, createAccessTokens } from '../../src/auth/access-tokens.ts';
import { createArgon2PasswordHasher } from '../../src/auth/argon2-password-hasher.ts';
import { createAuthenticator } from '../../src/auth/authenticator.ts';
import { issueToken } from '../../src/auth/issue-token.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';

const SECRET = 'a secret of more than thirty-two characters';
const START_MS = Date.UTC(2026, 0, 1);
const ANN = { userId: 'ann', role: 'labeler' } as const;

function tokens(changes: Partial<AccessTokensOptions> = {}) {
  return createAccessTokens({
    secret: async () => SECRET,
    audience: 'framegate',
    issuer: 'framegate',
    ttlSeconds: 900,
    nowMs: () => START_MS,
    ...changes,
  });
}

describe('access tokens', () => {
  it('say who and in which role, for as long as they live', async () => {
    const { token, expiresInSeconds } = await tokens().issue(ANN);
    expect(expiresInSeconds).toBe(900);
    expect(await tokens().verify(token)).toEqual(ANN);
    const at = (seconds: number) => tokens({ nowMs: () => START_MS + seconds * 1000 }).verify(token);
    await expect(at(899)).resolves.toEqual(ANN);
    await expect(at(906)).rejects.toMatchObject({ code: 'token-expired' });
  });

  it('are taken by an edge with the same secret, for every profile', async () => {
    const { token } = await tokens({ issuer: 'https://us.example' }).issue(ANN);
    const edge = createAuthenticator(
      {
        host: '0.0.0.0',
        secret: SECRET,
        jwksUrl: null,
        audience: 'framegate',
        issuer: 'https://us.example',
        anonymous: 'no',
      },
      { nowMs: () => START_MS },
    );
    await expect(edge.verify(token, 'body-front:strict')).resolves.toEqual({
      subject: 'ann',
      expiresAtMs: START_MS + 900_000,
    });
  });

  it('are refused when tampered with, or of another secret, audience or issuer', async () => {
    const { token } = await tokens().issue(ANN);
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const raised = Buffer.from(JSON.stringify({ ...claims, role: 'admin' })).toString('base64url');
    const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
    const invalid = [
      '',
      'a.b.c',
      'x'.repeat(5000),
      `${header}.${raised}.${signature}`,
      `${none}.${payload}.`,
      (await tokens({ secret: async () => `${SECRET}!` }).issue(ANN)).token,
      (await tokens({ audience: 'others' }).issue(ANN)).token,
      (await tokens({ issuer: 'others' }).issue(ANN)).token,
    ];
    for (const one of invalid)
      await expect(tokens().verify(one)).rejects.toMatchObject({ code: 'token-invalid' });
  });

  it('are nothing else that the same secret has signed', async () => {
    const session = await issueToken({
      secret: SECRET,
      subject: 'ann',
      profiles: ['*'],
      audience: 'framegate',
      issuer: 'framegate',
      ttlSeconds: 60,
      nowMs: () => START_MS,
    });
    await expect(tokens().verify(session)).rejects.toMatchObject({ code: 'token-invalid' });
    const signed = (claims: Record<string, unknown>, typ = 'at+jwt') =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ })
        .setAudience('framegate')
        .setIssuer('framegate')
        .sign(new TextEncoder().encode(SECRET));
    const exp = START_MS / 1000 + 60;
    for (const claims of [
      { sub: 'ann', role: 'root', exp },
      { role: 'user', exp },
      { sub: 'ann', role: 'user' },
    ])
      await expect(tokens().verify(await signed(claims))).rejects.toMatchObject({ code: 'token-invalid' });
    const good = { sub: 'ann', role: 'user', exp };
    await expect(tokens().verify(await signed(good))).resolves.toBeDefined();
    await expect(tokens().verify(await signed(good, 'JWT'))).rejects.toMatchObject({ code: 'token-invalid' });
  });

  it('ask for the secret until it is there, then no more', async () => {
    let asked = 0;
    const { issue, verify } = tokens({
      secret: async () => {
        asked++;
        if (asked === 1) throw new FramegateError('state-unavailable', 'away', { retryable: true });
        return SECRET;
      },
    });
    await expect(issue(ANN)).rejects.toMatchObject({ code: 'state-unavailable' });
    const { token } = await issue(ANN);
    await verify(token);
    expect(asked).toBe(2);
  });
});

describe('password hashes', () => {
  it('are argon2id with parameters that OWASP names, salted, and hold what they hashed', async () => {
    const { hash, verify } = createArgon2PasswordHasher();
    const [first, second] = await Promise.all([hash('a long pass phrase'), hash('a long pass phrase')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(second).not.toBe(first);
    expect(await verify(first, 'a long pass phrase')).toBe(true);
    expect(await verify(first, 'a long pass phrasE')).toBe(false);
    expect(await verify(null, 'a long pass phrase')).toBe(false);
  });

  it('are made few at once; more wait, and beyond that are refused', async () => {
    const { hash } = createArgon2PasswordHasher({ concurrency: 1, maxWaiting: 2 });
    const all = await Promise.allSettled(Array.from({ length: 5 }, (_, index) => hash(`password ${index}`)));
    expect(all.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(all[4]).toMatchObject({ reason: { code: 'server-busy', retryable: true } });
    // Those that failed or waited hold no place.
    await expect(hash('password')).resolves.toBeDefined();
  });

  it('that cannot be read are an error, and hold no place', async () => {
    const { hash, verify } = createArgon2PasswordHasher({ concurrency: 1, maxWaiting: 0 });
    await expect(verify('no hash', 'password')).rejects.toThrow();
    await expect(hash('password')).resolves.toBeDefined();
  });
});
