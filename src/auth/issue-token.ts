import { SignJWT } from 'jose';
import { FramegateError } from '../protocol/framegate-error.ts';
import { SHARED_SECRET_ALGORITHM } from './token-verifier.ts';

export interface TokenRequest {
  /** The HS256 secret, at least 32 characters. */
  readonly secret: string;
  readonly subject: string;
  /** Profile names, or `*` for all. */
  readonly profiles: readonly string[];
  readonly audience: string;
  readonly ttlSeconds: number;
  readonly issuer?: string | null;
  readonly nowMs?: () => number;
}

/** A signed token that `createAuthenticator` with the same secret takes. Throws usage for an impossible request. */
export async function issueToken(request: TokenRequest): Promise<string> {
  if (request.secret.length < 32)
    throw new FramegateError('usage', 'the secret has fewer than 32 characters');
  if (request.subject === '') throw new FramegateError('usage', 'a token needs a subject');
  if (request.profiles.length === 0) throw new FramegateError('usage', 'a token needs a profile, or *');
  if (!Number.isInteger(request.ttlSeconds) || request.ttlSeconds < 1) {
    throw new FramegateError('usage', 'the time to live is a whole number of seconds, at least 1');
  }
  const issuedAt = Math.floor((request.nowMs ?? Date.now)() / 1000);
  const token = new SignJWT({ profiles: [...request.profiles] })
    .setProtectedHeader({ alg: SHARED_SECRET_ALGORITHM, typ: 'JWT' })
    .setSubject(request.subject)
    .setAudience(request.audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + request.ttlSeconds);
  if (typeof request.issuer === 'string') token.setIssuer(request.issuer);
  return token.sign(new TextEncoder().encode(request.secret));
}
