import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Authenticator, createAuthenticator } from '../../src/auth/authenticator.ts';

/** An identity provider whose keys can be changed, and which can fail. */
interface Issuer {
  readonly url: string;
  requests: number;
  status: number;
  keys: JWK[];
  close(): Promise<void>;
}

async function startIssuer(): Promise<Issuer> {
  const server: Server = createServer((_request, response) => {
    issuer.requests += 1;
    response.writeHead(issuer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ keys: issuer.keys }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer: Issuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    requests: 0,
    status: 200,
    keys: [],
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return issuer;
}

async function keyPair(kid: string, algorithm = 'ES256') {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
  const token = (claims: Record<string, unknown> = {}) =>
    new SignJWT({ profiles: ['*'], ...claims })
      .setProtectedHeader({ alg: algorithm, kid })
      .setSubject('ann')
      .setAudience('framegate')
      .setExpirationTime('1h')
      .sign(privateKey);
  return { jwk, token };
}

let issuer: Issuer;
let authenticator: Authenticator;
let laterMs = 0;

beforeEach(async () => {
  issuer = await startIssuer();
  laterMs = 0;
  authenticator = createAuthenticator(
    {
      host: '0.0.0.0',
      secret: null,
      jwksUrl: issuer.url,
      audience: 'framegate',
      issuer: null,
      anonymous: 'auto',
    },
    { nowMs: () => Date.now() + laterMs },
  );
});
afterEach(() => issuer.close());

describe('keys from a JWKS URL', () => {
  it.each(['ES256', 'RS256', 'PS256', 'EdDSA'])(
    'verify %s tokens and are fetched once',
    async (algorithm) => {
      const key = await keyPair('one', algorithm);
      issuer.keys = [key.jwk];
      for (let i = 0; i < 3; i++) {
        await expect(authenticator.verify(await key.token(), 'face-skin')).resolves.toMatchObject({
          subject: 'ann',
        });
      }
      expect(issuer.requests).toBe(1);
    },
  );

  it('do not verify a token of another key with the same id', async () => {
    issuer.keys = [(await keyPair('one')).jwk];
    const forged = await (await keyPair('one')).token();
    await expect(authenticator.verify(forged, 'face-skin')).rejects.toMatchObject({ code: 'token-invalid' });
  });

  it('with an unknown id are asked for once, then not again within the cool-down', async () => {
    issuer.keys = [(await keyPair('one')).jwk];
    const stranger = await keyPair('stranger');
    for (let i = 0; i < 5; i++) {
      await expect(authenticator.verify(await stranger.token(), 'face-skin')).rejects.toMatchObject({
        code: 'token-invalid',
      });
    }
    expect(issuer.requests).toBe(1);
  });

  it('in the background are renewed, so that a withdrawn key ends', async () => {
    const [first, second] = [await keyPair('one'), await keyPair('two')];
    issuer.keys = [first.jwk];
    await authenticator.verify(await first.token(), 'face-skin');
    issuer.keys = [second.jwk];
    laterMs = 11 * 60_000;
    // This one still finds the old keys and starts the renewal.
    await authenticator
      .verify(await first.token({ exp: Math.floor((Date.now() + laterMs) / 1000) + 60 }), 'x')
      .catch(() => {});
    await expect
      .poll(async () => {
        const exp = Math.floor((Date.now() + laterMs) / 1000) + 60;
        return authenticator.verify(await second.token({ exp }), 'face-skin').then(
          () => 'taken',
          (error: { code: string }) => error.code,
        );
      })
      .toBe('taken');
    const exp = Math.floor((Date.now() + laterMs) / 1000) + 60;
    await expect(authenticator.verify(await first.token({ exp }), 'face-skin')).rejects.toMatchObject({
      code: 'token-invalid',
    });
  });

  it('in hand stay good while the issuer fails', async () => {
    const key = await keyPair('one');
    issuer.keys = [key.jwk];
    await authenticator.verify(await key.token(), 'face-skin');
    issuer.status = 500;
    laterMs = 20 * 60_000;
    const exp = Math.floor((Date.now() + laterMs) / 1000) + 60;
    for (let i = 0; i < 3; i++) {
      await expect(authenticator.verify(await key.token({ exp }), 'face-skin')).resolves.toBeDefined();
    }
  });

  it('that never could be had make the call fail as retryable, and the issuer is left in peace', async () => {
    const key = await keyPair('one');
    issuer.status = 503;
    for (let i = 0; i < 4; i++) {
      await expect(authenticator.verify(await key.token(), 'face-skin')).rejects.toMatchObject({
        code: 'dependency-unavailable',
        retryable: true,
      });
    }
    expect(issuer.requests).toBe(1);
    // A clock that was set back by a day must not make that a day's peace.
    laterMs = -24 * 3_600_000;
    await expect(authenticator.verify(await key.token(), 'face-skin')).rejects.toBeDefined();
    expect(issuer.requests).toBe(2);
    laterMs = 0;
    issuer.status = 200;
    issuer.keys = [key.jwk];
    laterMs = 11_000;
    await expect(authenticator.verify(await key.token(), 'face-skin')).resolves.toBeDefined();
  });
});
