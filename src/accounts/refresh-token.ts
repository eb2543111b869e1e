import { createHash, randomBytes } from 'node:crypto';

/** `<family>.<secret>`: 128 bits that say which sign-in it came of, and 256 that nobody guesses. */
export interface RefreshToken {
  readonly familyId: string;
  readonly text: string;
  /** SHA-256 of the whole text, hex. */
  readonly hash: string;
}

const FORM = /^([A-Za-z0-9_-]{22})\.[A-Za-z0-9_-]{43}$/;

export function newRefreshToken(familyId = randomBytes(16).toString('base64url')): RefreshToken {
  return refreshTokenOf(familyId, `${familyId}.${randomBytes(32).toString('base64url')}`);
}

/** null for a text that is not of this form. */
export function parseRefreshToken(text: string): RefreshToken | null {
  const familyId = FORM.exec(text)?.[1];
  return familyId === undefined ? null : refreshTokenOf(familyId, text);
}

function refreshTokenOf(familyId: string, text: string): RefreshToken {
  return { familyId, text, hash: createHash('sha256').update(text).digest('hex') };
}
