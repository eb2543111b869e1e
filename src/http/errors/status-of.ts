import type { ErrorCode } from '../../protocol/error-codes.ts';
import type { FramegateError } from '../../protocol/framegate-error.ts';

/** The statuses of codes that are not simply the server's fault. */
const STATUSES: Partial<Record<ErrorCode, number>> = {
  'request-invalid': 422,
  'image-unsupported': 415,
  'image-corrupt': 422,
  'image-too-small': 422,
  'image-too-large': 422,
  'image-animated': 422,
  'media-type-unsupported': 415,
  'payload-too-large': 413,
  'request-timeout': 408,
  'length-required': 411,
  'token-missing': 401,
  'token-invalid': 401,
  'token-expired': 401,
  'token-out-of-scope': 403,
  'access-refused': 403,
  'origin-refused': 403,
  'not-found': 404,
  'object-missing': 404,
  'method-not-allowed': 405,
  'capture-not-ready': 409,
  'capture-not-measurable': 422,
  'views-missing': 422,
  'ticket-invalid': 403,
  'consent-missing': 403,
  'own-approval': 403,
  'adjustment-decided': 409,
  'body-measure-implausible': 422,
  'account-exists': 409,
  'credentials-wrong': 401,
  'refresh-token-invalid': 401,
  'role-refused': 403,
  'model-version-unknown': 404,
  'model-incompatible': 409,
  'model-gate-refused': 409,
  'job-not-finished': 409,
  'job-failed': 409,
  'job-cancelled': 409,
  'idempotency-conflict': 409,
  'webhook-refused': 422,
  'analysis-failed': 422,
  'subprotocol-required': 400,
  'upgrade-required': 426,
  'rate-limited': 429,
  'job-timeout': 504,
  'provider-malformed': 502,
  'provider-refused': 502,
  'provider-unavailable': 503,
  'server-busy': 503,
  'server-draining': 503,
  'dependency-unavailable': 503,
  'storage-unavailable': 503,
  'store-unavailable': 503,
  'bus-unavailable': 503,
  'state-unavailable': 503,
};

export function statusOf({ code }: FramegateError): number {
  return STATUSES[code] ?? 500;
}

/** What went wrong inside is for the log. */
export function messageOf(error: FramegateError): string {
  return statusOf(error) === 500 ? 'an error of the server' : error.message;
}

export function retryAfterOf({ retryAfterMs }: FramegateError): Record<string, string> {
  return retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) };
}
