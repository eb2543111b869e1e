import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { type Caller, ROLES } from '../protocol/accounts.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import { SHARED_SECRET_ALGORITHM } from './token-verifier.ts';

export interface AccessTokensOptions {
  /** The HS256 secret. Asked for until it is there once. */
  readonly secret: () => Promise<string>;
  readonly audience: string;
  readonly issuer: string;
  readonly ttlSeconds: number;
  readonly nowMs?: () => number;
}

export interface AccessTokens {
  issue(caller: Caller): Promise<{ readonly token: string; readonly expiresInSeconds: number }>;
  /** Rejects with token-invalid or token-expired. */
  verify(token: string): Promise<Caller>;
}

/** RFC 9068: no other token that the same secret signs is taken for one of an account. */
const TYPE = 'at+jwt';
const CLOCK_TOLERANCE_SECONDS = 5;
const MAX_TOKEN_CHARACTERS = 4096;

const claimsSchema = z.object({ sub: z.string().min(1), role: z.enum(ROLES) });

/** Short-lived tokens of accounts. `profiles` lets edge nodes with the same secret take them for live sessions. */
export function createAccessTokens(options: AccessTokensOptions): AccessTokens {
  const { audience, issuer, ttlSeconds, nowMs = Date.now } = options;
  let kept: Uint8Array | null = null;

  async function key(): Promise<Uint8Array> {
    kept ??= new TextEncoder().encode(await options.secret());
    return kept;
  }

  return {
    async issue({ userId, role }) {
      const issuedAt = Math.floor(nowMs() / 1000);
      const token = await new SignJWT({ role, profiles: ['*'] })
        .setProtectedHeader({ alg: SHARED_SECRET_ALGORITHM, typ: TYPE })
        .setSubject(userId)
        .setAudience(audience)
        .setIssuer(issuer)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + ttlSeconds)
        .sign(await key());
      return { token, expiresInSeconds: ttlSeconds };
    },
    async verify(token) {
      if (token.length > MAX_TOKEN_CHARACTERS)
        throw new FramegateError('token-invalid', 'the token is too long');
      const secret = await key();
      try {
        const { payload } = await jwtVerify(token, secret, {
          algorithms: [SHARED_SECRET_ALGORITHM],
          typ: TYPE,
          audience,
          issuer,
          requiredClaims: ['sub', 'exp', 'role'],
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          currentDate: new Date(nowMs()),
        });
        const { sub, role } = claimsSchema.parse(payload);
        return { userId: sub, role };
      } catch (thrown) {
        if (thrown instanceof errors.JWTExpired)
          throw new FramegateError('token-expired', 'the token has expired', { cause: thrown });
        throw new FramegateError('token-invalid', 'the token is not an access token of this installation', {
          cause: thrown,
        });
      }
    },
  };
}
