import { randomUUID } from 'node:crypto';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { Correlation } from '../protocol/jobs.ts';
import type { RequestHeaders } from './route.ts';

/** Long enough for any id in use; short enough for a log line. Nothing that could end a line or a header. */
const ID = /^[A-Za-z0-9._:@/+=-]{1,128}$/;

/** The id of a request that came without one, for as long as its headers live: an error says the same one. */
const made = new WeakMap<RequestHeaders, string>();

/**
 * The caller's ids. A request without X-Request-Id is given one. Throws request-invalid for an id that is none;
 * `lenient`, for answers to errors, leaves it out instead.
 */
export function correlationOf(headers: RequestHeaders, mode: 'strict' | 'lenient' = 'strict'): Correlation {
  return {
    requestId: idOf(headers, 'x-request-id', mode) ?? ownId(headers),
    analysisSessionId: idOf(headers, 'x-analysis-session', mode),
    frameSeq: idOf(headers, 'x-frame-seq', mode),
  };
}

function idOf(
  headers: RequestHeaders,
  name: 'x-request-id' | 'x-analysis-session' | 'x-frame-seq',
  mode: 'strict' | 'lenient',
): string | null {
  const value = headers[name];
  if (value === '') return null;
  if (ID.test(value)) return value;
  if (mode === 'lenient') return null;
  throw new FramegateError(
    'request-invalid',
    `header: ${name} is not an id of at most 128 letters and digits`,
  );
}

function ownId(headers: RequestHeaders): string {
  const id = made.get(headers) ?? randomUUID();
  made.set(headers, id);
  return id;
}
