import { z } from 'zod';
import { jsonReply } from '../route.ts';
import type { ErrorShape } from './error-shape.ts';
import { messageOf, retryAfterOf, statusOf } from './status-of.ts';

/** `{"detail": "…", "code": "…"}`, as the image and contour seeds say their errors; the stable code is ours. */
export const fastApiErrors: ErrorShape = {
  name: 'DetailError',
  schema: z
    .object({ detail: z.string(), code: z.string() })
    .meta({ description: 'What is wrong, and its code' }),
  reply: (error) =>
    jsonReply(
      statusOf(error),
      { detail: messageOf(error), code: error.code },
      { ...retryAfterOf(error), ...headersOf(error.details) },
    ),
};

/** Headers that belong to the error itself: X-RateLimit-* and the like. */
function headersOf(details: Record<string, unknown> | undefined): Record<string, string> {
  const headers = details?.headers;
  return typeof headers === 'object' && headers !== null ? { ...(headers as Record<string, string>) } : {};
}
