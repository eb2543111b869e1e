import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { IssuerKeys } from './issuer-keys.ts';

/** What a token has to say: `sub`, `exp` and the scope claim `profiles`, a list of profile names or `*`. */
export interface TokenClaims {
  readonly subject: string;
  /** null for a plain token that does not end. */
  readonly expiresAtMs: number | null;
  readonly profiles: readonly string[];
}

export interface TokenVerifier {
  /** Rejects with token-invalid, token-expired or dependency-unavailable. */
  verify(token: string): Promise<TokenClaims>;
}

export interface TokenVerifierOptions {
  readonly secret: string | null;
  readonly issuerKeys: IssuerKeys | null;
  readonly audience: string;
  readonly issuer: string | null;
  readonly nowMs: () => number;
  /** Whether a token that is signed with the secret may leave out `exp` and `aud`. Those of an issuer may not: it signs for others too. */
  readonly plainTokens?: boolean;
}

export const SHARED_SECRET_ALGORITHM = 'HS256';
export const ISSUER_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** Clocks of issuer and node may differ by this much. */
const CLOCK_TOLERANCE_SECONDS = 5;
const MAX_TOKEN_CHARACTERS = 8192;

/**
 * The algorithm decides which key is looked at, and each key is only ever used with its own algorithms:
 * a public key can't be taken for a shared secret, and `none` is no algorithm here.
 */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const secretKey = options.secret === null ? null : new TextEncoder().encode(options.secret);

  async function payloadOf(token: string): Promise<JWTPayload> {
    const claims = {
      audience: options.audience,
      issuer: options.issuer ?? undefined,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(options.nowMs()),
      requiredClaims: ['sub', 'exp'],
    };
    const algorithm = decodeProtectedHeader(token).alg;
    if (algorithm === SHARED_SECRET_ALGORITHM && secretKey !== null) {
      const { audience, ...others } = claims;
      const verified = await jwtVerify(token, secretKey, {
        ...others,
        ...(options.plainTokens === true ? { requiredClaims: ['sub'] } : { audience }),
        algorithms: [SHARED_SECRET_ALGORITHM],
      });
      if (!isFor(verified.payload.aud, audience))
        throw new FramegateError('token-invalid', "the token's claim aud is not accepted here");
      return verified.payload;
    }
    if (algorithm !== undefined && ISSUER_ALGORITHMS.includes(algorithm) && options.issuerKeys !== null) {
      const verified = await jwtVerify(token, options.issuerKeys.find, {
        ...claims,
        algorithms: ISSUER_ALGORITHMS,
      });
      return verified.payload;
    }
    throw new FramegateError('token-invalid', 'the algorithm of the token is not accepted here');
  }

  return {
    async verify(token) {
      if (token.length > MAX_TOKEN_CHARACTERS)
        throw new FramegateError('token-invalid', 'the token is too long');
      try {
        const payload = await payloadOf(token);
        return {
          subject: payload.sub as string,
          expiresAtMs: payload.exp === undefined ? null : payload.exp * 1000,
          profiles: profilesOf(payload),
        };
      } catch (thrown) {
        throw translated(thrown);
      }
    },
  };
}

/** A token that names nobody is for everybody who has its secret. */
function isFor(named: string | readonly string[] | undefined, audience: string): boolean {
  if (named === undefined) return true;
  return typeof named === 'string' ? named === audience : named.includes(audience);
}

function profilesOf(payload: JWTPayload): string[] {
  const { profiles } = payload;
  return Array.isArray(profiles) ? profiles.filter((profile) => typeof profile === 'string') : [];
}

/** jose's errors in the project's codes. What exactly was wrong with a signature is not said. */
function translated(thrown: unknown): FramegateError {
  if (thrown instanceof FramegateError) return thrown;
  if (thrown instanceof errors.JWTExpired) {
    return new FramegateError('token-expired', 'the token has expired', { cause: thrown });
  }
  if (thrown instanceof errors.JWTClaimValidationFailed) {
    return new FramegateError('token-invalid', `the token's claim ${thrown.claim} is not accepted here`, {
      cause: thrown,
    });
  }
  return new FramegateError('token-invalid', 'the token is malformed or forged', { cause: thrown });
}
