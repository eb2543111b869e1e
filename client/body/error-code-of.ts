import { ERROR_CODES, type ErrorCode } from '../../src/protocol/error-codes.ts';

/** The code of whatever has one; a newer server may know codes that this page does not. */
export function codeOf(thing: unknown, fallback: ErrorCode): ErrorCode {
  const { code } = (thing ?? {}) as { code?: unknown };
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : fallback;
}
