import type { FramegateError } from '../protocol/framegate-error.ts';
import { messageOf, retryAfterOf, statusOf } from './errors/status-of.ts';
import { type HttpReply, jsonReply } from './route.ts';

/** The JSON envelope `{error: {code, message, retryable, retryAfterMs?}}` that every refused request gets. */
export function errorReply(error: FramegateError, headers: Record<string, string> = {}): HttpReply {
  const { code, retryable, retryAfterMs } = error;
  return jsonReply(
    statusOf(error),
    {
      error: {
        code,
        message: messageOf(error),
        retryable,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      },
    },
    { ...retryAfterOf(error), ...headers },
  );
}
