import type { ErrorCode } from '../../../src/protocol/error-codes.ts';

const CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'refresh-token-invalid',
  'token-invalid',
  'token-expired',
  'token-missing',
]);

/** Whether nobody is there in whose name to go on. */
export function needsSignIn(code: ErrorCode): boolean {
  return CODES.has(code);
}
