import { createHmac } from 'node:crypto';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { type AuthenticatorConfig, createAuthenticator } from '../../src/auth/authenticator.ts';
import { isLoopback } from '../../src/auth/is-loopback.ts';
import { issueToken, type TokenRequest } from '../../src/auth/issue-token.ts';

const secret = 'a secret of more than thirty-two characters';
const startMs = Date.UTC(2026, 0, 1);

function authenticator(config: Partial<AuthenticatorConfig> = {}, nowMs: () => number = () => startMs) {
  return createAuthenticator(
    {
      host: '0.0.0.0',
      secret,
      jwksUrl: null,
      audience: 'framegate',
      issuer: null,
      anonymous: 'auto',
      ...config,
    },
    { nowMs },
  );
}

function token(request: Partial<TokenRequest> = {}): Promise<string> {
  return issueToken({
    secret,
    subject: 'ann',
    profiles: ['face-skin'],
    audience: 'framegate',
    ttlSeconds: 60,
    nowMs: () => startMs,
    ...request,
  });
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

const claims = { sub: 'ann', aud: 'framegate', exp: startMs / 1000 + 60, profiles: ['*'] };

describe('a token', () => {
  it('gives its subject and its end', async () => {
    await expect(authenticator().verify(await token(), 'face-skin')).resolves.toEqual({
      subject: 'ann',
      expiresAtMs: startMs + 60_000,
    });
  });

  it('holds for a profile whatever the level, and * for every profile', async () => {
    const { verify } = authenticator();
    await expect(verify(await token(), 'face-skin:strict')).resolves.toBeDefined();
    await expect(verify(await token({ profiles: ['*'] }), 'face-contour')).resolves.toBeDefined();
  });

  it('is out of scope for another profile, also one whose name begins alike', async () => {
    const { verify } = authenticator();
    await expect(verify(await token(), 'face-contour')).rejects.toMatchObject({ code: 'token-out-of-scope' });
    await expect(verify(await token({ profiles: ['face'] }), 'face-skin')).rejects.toMatchObject({
      code: 'token-out-of-scope',
    });
  });

  it('without the claim profiles, or with one of another form, allows nothing', async () => {
    for (const profiles of [undefined, 'face-skin', { 0: 'face-skin' }, [['face-skin']]]) {
      const odd = await new SignJWT({ profiles, sub: 'ann', aud: 'framegate', exp: claims.exp })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(secret));
      await expect(authenticator().verify(odd, 'face-skin')).rejects.toMatchObject({
        code: 'token-out-of-scope',
      });
    }
  });

  it('expires, with a few seconds for clocks that differ', async () => {
    const issued = await token();
    await expect(
      authenticator({}, () => startMs + 63_000).verify(issued, 'face-skin'),
    ).resolves.toBeDefined();
    await expect(authenticator({}, () => startMs + 66_000).verify(issued, 'face-skin')).rejects.toMatchObject(
      {
        code: 'token-expired',
      },
    );
  });

  it.each([
    ['audience', { aud: 'other' }],
    ['subject (none)', { sub: undefined }],
    ['expiry (none)', { exp: undefined }],
    ['start (not yet)', { nbf: startMs / 1000 + 3600 }],
  ])('with a wrong %s is invalid', async (_what, change) => {
    const wrong = await new SignJWT({ ...claims, ...change })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(secret));
    await expect(authenticator().verify(wrong, 'face-skin')).rejects.toMatchObject({ code: 'token-invalid' });
  });

  it('of another issuer is invalid where the issuer is set', async () => {
    const { verify } = authenticator({ issuer: 'https://id.example' });
    await expect(verify(await token({ issuer: 'https://id.example' }), 'face-skin')).resolves.toBeDefined();
    await expect(verify(await token({ issuer: 'https://evil.example' }), 'face-skin')).rejects.toMatchObject({
      code: 'token-invalid',
    });
    await expect(verify(await token(), 'face-skin')).rejects.toMatchObject({ code: 'token-invalid' });
  });

  it('that is forged or altered is invalid', async () => {
    const { verify } = authenticator();
    const forged = await token({ secret: 'another secret of more than thirty-two characters' });
    const [header, , signature] = (await token()).split('.');
    const altered = `${header}.${encoded({ ...claims, sub: 'root' })}.${signature}`;
    for (const bad of [forged, altered, 'x', 'a.b.c', `${header}..`, 'é'.repeat(20)]) {
      await expect(verify(bad, 'face-skin')).rejects.toMatchObject({
        code: 'token-invalid',
        retryable: false,
      });
    }
  });

  it.each(['none', 'None', 'HS384', 'HS512', ''])('with the algorithm "%s" is invalid', async (alg) => {
    const body = `${encoded({ alg })}.${encoded(claims)}`;
    const hash = alg === 'HS384' ? 'sha384' : 'sha512';
    const signature = alg.startsWith('HS') ? createHmac(hash, secret).update(body).digest('base64url') : '';
    await expect(authenticator().verify(`${body}.${signature}`, 'face-skin')).rejects.toMatchObject({
      code: 'token-invalid',
    });
  });

  it('signed with the issuer’s public key as if that were a shared secret is invalid', async () => {
    const { publicKey } = await generateKeyPair('RS256', { extractable: true });
    const publicText = await exportSPKI(publicKey);
    const confused = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(publicText));
    const { verify } = authenticator({ secret: null, jwksUrl: 'http://127.0.0.1:1/keys' });
    await expect(verify(confused, 'face-skin')).rejects.toMatchObject({ code: 'token-invalid' });
  });

  it('of an issuer’s algorithm is invalid where only a secret is set', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const foreign = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(privateKey);
    await expect(authenticator().verify(foreign, 'face-skin')).rejects.toMatchObject({
      code: 'token-invalid',
    });
  });

  it('that is absurdly long is not even looked at', async () => {
    await expect(authenticator().verify('a'.repeat(10_000), 'face-skin')).rejects.toMatchObject({
      code: 'token-invalid',
    });
  });
});

describe('no token', () => {
  it('is missing where there are keys', async () => {
    for (const none of [undefined, '']) {
      await expect(authenticator().verify(none, 'face-skin')).rejects.toMatchObject({
        code: 'token-missing',
      });
    }
    expect(authenticator({ host: '127.0.0.1' }).anonymous).toBe(false);
  });

  it('is fine on loopback where there are none, or where it is asked for', async () => {
    for (const config of [{ secret: null }, { anonymous: 'yes' as const }]) {
      const { anonymous, verify } = authenticator({ host: '127.0.0.1', ...config });
      expect(anonymous).toBe(true);
      await expect(verify(undefined, 'face-skin')).resolves.toEqual({ subject: null, expiresAtMs: null });
    }
  });

  it('does not make a bad token good', async () => {
    const { verify } = authenticator({ host: '127.0.0.1', anonymous: 'yes' });
    await expect(verify('nonsense', 'face-skin')).rejects.toMatchObject({ code: 'token-invalid' });
  });
});

describe('createAuthenticator', () => {
  it.each([
    { host: '0.0.0.0', secret: null },
    { host: '::', secret: null },
    { host: 'edge.example', secret: null },
    { host: '0.0.0.0', anonymous: 'yes' as const },
    { host: '127.0.0.1', secret: null, anonymous: 'no' as const },
  ])('refuses %j', (config) => {
    expect(() => authenticator(config)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });
});

describe('isLoopback', () => {
  it('knows what only this machine reaches', () => {
    for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '::1', '[::1]'])
      expect(isLoopback(host)).toBe(true);
    for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example', 'localhost.example', '']) {
      expect(isLoopback(host)).toBe(false);
    }
  });
});

describe('issueToken', () => {
  it.each([{ secret: 'short' }, { subject: '' }, { profiles: [] }, { ttlSeconds: 0 }, { ttlSeconds: 1.5 }])(
    'refuses %j',
    async (request) => {
      await expect(token(request)).rejects.toMatchObject({ code: 'usage' });
    },
  );
});
