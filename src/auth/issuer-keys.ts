import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { FramegateError } from '../protocol/framegate-error.ts';

/** The public keys of a tokens' issuer, fetched when needed and kept. */
export interface IssuerKeys {
  /** The key for a token's header. Rejects with dependency-unavailable when the issuer can't be asked. */
  readonly find: JWTVerifyGetKey;
}

export interface IssuerKeysOptions {
  readonly url: string;
  readonly nowMs: () => number;
  /** Default 3 s. */
  readonly timeoutMs?: number;
  /** No second request within this time for a key that is not known, or after a failure. Default 10 s. */
  readonly coolDownMs?: number;
  /** After this the keys are fetched anew, in the background: known keys stay good while the issuer is away. Default 10 min. */
  readonly refreshMs?: number;
}

export function createIssuerKeys(options: IssuerKeysOptions): IssuerKeys {
  const { nowMs, timeoutMs = 3000, coolDownMs = 10_000, refreshMs = 600_000 } = options;
  let fetchedAtMs = Number.NEGATIVE_INFINITY;
  let failedAtMs = Number.NEGATIVE_INFINITY;

  /** A time that is still to come was taken before the clock was set back: nobody knows how long ago that is. */
  function sinceMs(atMs: number): number {
    const elapsedMs = nowMs() - atMs;
    return elapsedMs < 0 ? Number.POSITIVE_INFINITY : elapsedMs;
  }

  const keys = createRemoteJWKSet(new URL(options.url), {
    timeoutDuration: timeoutMs,
    cooldownDuration: coolDownMs,
    cacheMaxAge: Number.POSITIVE_INFINITY,
    // jose cools down after successes only; a failing issuer must not be asked for every bad token either.
    [customFetch]: async (url, init) => {
      if (sinceMs(failedAtMs) < coolDownMs)
        throw new Error("the issuer's keys could not be fetched just now");
      try {
        const response = await fetch(url, init);
        if (response.status !== 200) throw new Error(`the issuer answered with status ${response.status}`);
        fetchedAtMs = nowMs();
        return response;
      } catch (thrown) {
        failedAtMs = nowMs();
        throw thrown;
      }
    },
  });

  function refreshInBackground(): void {
    const due = keys.jwks() !== undefined && sinceMs(fetchedAtMs) > refreshMs;
    if (!due || keys.reloading || sinceMs(failedAtMs) < coolDownMs) return;
    keys.reload().catch(() => {
      // The keys in hand stay in use; the next token after the cool-down tries again.
    });
  }

  return {
    find: async (header, token) => {
      refreshInBackground();
      try {
        return await keys(header, token);
      } catch (thrown) {
        if (thrown instanceof errors.JWKSNoMatchingKey || thrown instanceof errors.JWKSMultipleMatchingKeys) {
          throw thrown;
        }
        throw new FramegateError('dependency-unavailable', "the token issuer's keys can't be fetched now", {
          retryable: true,
          retryAfterMs: coolDownMs,
          cause: thrown,
        });
      }
    },
  };
}
