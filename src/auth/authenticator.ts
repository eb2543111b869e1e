import { FramegateError } from '../protocol/framegate-error.ts';
import { isLoopback } from './is-loopback.ts';
import { createIssuerKeys } from './issuer-keys.ts';
import { createTokenVerifier, type TokenClaims } from './token-verifier.ts';

/** Who a session belongs to. */
export interface VerifiedToken {
  /** null for an anonymous session. */
  readonly subject: string | null;
  /** When the token ends, in milliseconds since the epoch; null where there is none. A session may be ended then. */
  readonly expiresAtMs: number | null;
}

export interface Authenticator {
  /** Whether a session without any token is taken. */
  readonly anonymous: boolean;
  /**
   * Checks a token for a profile (`face-skin`; a level behind a colon is not part of the scope).
   * Rejects with token-missing (undefined), token-invalid, token-expired, token-out-of-scope, or
   * dependency-unavailable (retryable) when the issuer's keys can't be had now.
   */
  verify(token: string | undefined, profile: string): Promise<VerifiedToken>;
  /**
   * The subject of a caller of the HTTP interface, whose token needs no scope, and none but `sub` where it is signed with
   * the secret. Rejects as above, but never with token-out-of-scope.
   */
  subjectOf(token: string | undefined): Promise<string | null>;
}

export interface AuthenticatorConfig {
  /** The address that the node binds to: without a token only loopback is served. */
  readonly host: string;
  readonly secret: string | null;
  readonly jwksUrl: string | null;
  readonly audience: string;
  readonly issuer: string | null;
  readonly anonymous: 'auto' | 'yes' | 'no';
}

export interface AuthenticatorDeps {
  readonly nowMs?: () => number;
}

/** Throws config-invalid where the configuration would let strangers in. */
export function createAuthenticator(
  config: AuthenticatorConfig,
  { nowMs = Date.now }: AuthenticatorDeps = {},
): Authenticator {
  const hasKeys = config.secret !== null || config.jwksUrl !== null;
  const loopback = isLoopback(config.host);
  if (!loopback && config.anonymous === 'yes') {
    throw new FramegateError(
      'config-invalid',
      `FRAMEGATE_AUTH_ANONYMOUS=yes is for loopback addresses only, and FRAMEGATE_HOST is ${config.host}`,
    );
  }
  if (!hasKeys && (!loopback || config.anonymous === 'no')) {
    const reason = loopback ? 'FRAMEGATE_AUTH_ANONYMOUS is no' : `FRAMEGATE_HOST is ${config.host}`;
    throw new FramegateError(
      'config-invalid',
      `${reason}, so set FRAMEGATE_AUTH_SECRET or FRAMEGATE_AUTH_JWKS_URL: nobody could open a session`,
    );
  }
  const anonymous = loopback && (config.anonymous === 'yes' || (config.anonymous === 'auto' && !hasKeys));
  const verifierOptions = {
    secret: config.secret,
    issuerKeys: config.jwksUrl === null ? null : createIssuerKeys({ url: config.jwksUrl, nowMs }),
    audience: config.audience,
    issuer: config.issuer,
    nowMs,
  };
  const verifier = createTokenVerifier(verifierOptions);
  const plainVerifier = createTokenVerifier({ ...verifierOptions, plainTokens: true });
  return {
    anonymous,
    async verify(token, profile) {
      if (token === undefined || token === '') {
        if (anonymous) return { subject: null, expiresAtMs: null };
        throw new FramegateError('token-missing', 'a token is required');
      }
      // A node without keys can't tell a good token from a bad one; nobody has to have one here.
      if (!hasKeys) return { subject: null, expiresAtMs: null };
      const claims = await verifier.verify(token);
      if (!allows(claims, profile)) {
        throw new FramegateError('token-out-of-scope', 'the token does not allow this profile');
      }
      return { subject: claims.subject, expiresAtMs: claims.expiresAtMs };
    },
    async subjectOf(token) {
      if (token !== undefined && hasKeys) return (await plainVerifier.verify(token)).subject;
      if (anonymous || !hasKeys) return null;
      throw new FramegateError('token-missing', 'a token is required');
    },
  };
}

function allows(claims: TokenClaims, profile: string): boolean {
  const name = profile.split(':', 1)[0] as string;
  return claims.profiles.includes(name) || claims.profiles.includes('*');
}
