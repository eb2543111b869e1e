import { constants, createPublicKey, type KeyObject, publicEncrypt } from 'node:crypto';
import { z } from 'zod';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import type { Clock } from './clock.ts';
import type { HttpClient } from './http-client.ts';
import { stopped } from './provider-errors.ts';
import { readAnswer } from './read-answer.ts';
import { endpoint } from './vendor-url.ts';

export interface V1Auth {
  /**
   * The token in hand, or a new one where there is none or it is the spent one. Callers at the same time share one
   * renewal. Rejects as SkinProvider.analyse.
   */
  token(spent: string | null, signal: AbortSignal): Promise<string>;
}

export interface V1AuthOptions {
  readonly http: HttpClient;
  readonly base: URL;
  readonly clock: Clock;
  readonly apiKey: string;
  /** The vendor's public RSA key: X.509 in base64, or PEM. */
  readonly secret: string;
}

const WHAT = 'the credentials';
const MAX_TOKEN_BYTES = 64 * 1024;
const authSchema = z.object({
  result: z.object({ access_token: z.string().regex(/^[\x21-\x7e]+$/) }),
});

/** Throws config-invalid for a secret that is no RSA key, or one too short for the key. */
export function createV1Auth({ http, base, clock, apiKey, secret }: V1AuthOptions): V1Auth {
  const publicKey = readPublicKey(secret);
  refuseShortKey(publicKey, apiKey);
  let current: string | null = null;
  let renewal: Promise<string> | null = null;

  async function renew(): Promise<string> {
    const answer = await http.send({
      what: WHAT,
      method: 'POST',
      url: endpoint(base, 's2s/v1.0/client/auth'),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_id: apiKey, id_token: idToken(publicKey, apiKey, clock.nowMs()) }),
      maxBytes: MAX_TOKEN_BYTES,
      // Of no caller: one that leaves must not take the token from the others. Its tries and their time end it.
      signal: new AbortController().signal,
    });
    return readAnswer(answer, WHAT, authSchema).result.access_token;
  }

  function shareRenewal(): Promise<string> {
    renewal ??= renew()
      .then((token) => {
        current = token;
        return token;
      })
      .finally(() => {
        renewal = null;
      });
    return renewal;
  }

  return {
    async token(spent, signal) {
      if (signal.aborted) throw stopped(signal);
      if (current !== null && current !== spent) return current;
      return untilAborted(shareRenewal(), signal);
    },
  };
}

function readPublicKey(secret: string): KeyObject {
  try {
    const key = secret.includes('-----BEGIN')
      ? createPublicKey(secret)
      : createPublicKey({ key: Buffer.from(secret, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // Said below, without a cause that might quote it.
  }
  throw new FramegateError('config-invalid', "the skin analysis provider's secret is no public RSA key");
}

function refuseShortKey(publicKey: KeyObject, apiKey: string): void {
  try {
    idToken(publicKey, apiKey, Date.UTC(2100, 0));
  } catch {
    throw new FramegateError(
      'config-invalid',
      "the skin analysis provider's API key is too long for its secret",
    );
  }
}

function idToken(key: KeyObject, apiKey: string, nowMs: number): string {
  const text = Buffer.from(`client_id=${apiKey}&timestamp=${nowMs}`);
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, text).toString('base64');
}

/** The work goes on; an aborted signal only ends the wait for it. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(stopped(signal));
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
