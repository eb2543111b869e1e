import { FramegateError } from '../../../protocol/framegate-error.ts';

/** What the vendor says of requests and tasks that are not to be repeated. Any other text of its stays out of messages. */
const REFUSALS = new Set([
  'error_below_min_image_size',
  'error_exceed_max_image_size',
  'exceed_max_filesize',
  'error_src_face_too_small',
  'error_src_face_out_of_bound',
  'error_lighting_dark',
  'error_no_face',
  'error_multiple_people',
  'error_large_face_angle',
  'error_pose',
  'error_face_parsing',
  'error_decode_image',
  'error_nsfw_content_detected',
  'invalid_parameter',
  'InvalidApiKey',
  'InactiveApiKey',
  'ExpiredApiKey',
  'InvalidAccessToken',
  'CreditInsufficiency',
  'InvalidParameters',
  'InvalidTaskId',
  'BadRequest',
]);

/** Tasks that failed by no fault of the picture: another one may succeed. */
const BREAKDOWNS = new Set([
  'error_inference',
  'error_download_image',
  'error_upload',
  'unknown_internal_error',
]);

export function unavailable(
  what: string,
  {
    retryAfterMs,
    reason,
    retryable = true,
  }: { readonly retryAfterMs?: number; readonly reason?: string; readonly retryable?: boolean } = {},
): FramegateError {
  return new FramegateError('provider-unavailable', `the skin analysis provider ${what}`, {
    retryable,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(reason !== undefined && { details: { reason } }),
  });
}

export function malformed(what: string): FramegateError {
  return new FramegateError('provider-malformed', `the skin analysis provider ${what}`);
}

/** @param code as the vendor sent it; only codes that are known here come into the message */
export function refused(what: string, code: string | undefined): FramegateError {
  const known = code !== undefined && REFUSALS.has(code) ? code : 'unknown';
  return new FramegateError('provider-refused', `the skin analysis provider refused ${what}: ${known}`, {
    details: { vendorCode: known },
  });
}

export function taskFailed(code: string | undefined): FramegateError {
  if (code !== undefined && BREAKDOWNS.has(code)) return unavailable(`failed at the picture: ${code}`);
  return refused('the picture', code);
}

/** For a signal that is aborted: whether by the caller or because the time is up, there is no result yet. */
export function stopped({ reason }: AbortSignal): FramegateError {
  const late = reason instanceof DOMException && reason.name === 'TimeoutError';
  return unavailable(late ? 'had no result in time' : 'was not waited for');
}
