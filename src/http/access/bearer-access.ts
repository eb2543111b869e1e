import type { Access } from '../endpoint.ts';

/** Rejects with token-missing, token-invalid, token-expired or dependency-unavailable. */
export interface BearerVerifier {
  /** The token's subject; null for an anonymous caller, where those are taken. */
  verify(token: string | undefined): Promise<string | null>;
}

/** For callers with a token of their own: their work belongs to its subject. */
export function createBearerAccess(verifier: BearerVerifier): Access {
  return {
    scheme: 'bearer',
    admit: ({ headers }) => verifier.verify(bearerTokenOf(headers.authorization)),
  };
}

/** undefined for a header that is missing or of another scheme. */
export function bearerTokenOf(authorization: string): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1];
}
