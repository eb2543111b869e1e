import type { ErrorCode } from '../protocol/error-codes.ts';
import type { FramegateError } from '../protocol/framegate-error.ts';
import { type HttpReply, jsonReply } from './route.ts';

/** The statuses of codes that are not simply the node's fault. */
const STATUSES: Partial<Record<ErrorCode, number>> = {
  'token-missing': 401,
  'token-invalid': 401,
  'token-expired': 401,
  'token-out-of-scope': 403,
  'origin-refused': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'subprotocol-required': 400,
  'upgrade-required': 426,
  'rate-limited': 429,
  'server-busy': 503,
  'server-draining': 503,
  'dependency-unavailable': 503,
  'store-unavailable': 503,
  'bus-unavailable': 503,
  'state-unavailable': 503,
};

/** The JSON envelope `{error: {code, message, retryable, retryAfterMs?}}` that every refused request gets. */
export function errorReply(error: FramegateError, headers: Record<string, string> = {}): HttpReply {
  const { code, retryable, retryAfterMs } = error;
  const status = STATUSES[code] ?? 500;
  // What went wrong inside is for the log.
  const message = status === 500 ? 'an error of the server' : error.message;
  const retryAfter: Record<string, string> =
    retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) };
  return jsonReply(
    status,
    { error: { code, message, retryable, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } },
    { ...retryAfter, ...headers },
  );
}
