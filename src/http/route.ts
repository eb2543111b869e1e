import type { FramegateError } from '../protocol/framegate-error.ts';
import type { BodyRule, ReadBody } from './bodies/body-rule.ts';

export const HTTP_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

/** The headers that routes may look at; a request that lacks one has ''. */
export const READ_HEADERS = [
  'accept',
  'accept-encoding',
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'idempotency-key',
  'if-none-match',
  'origin',
  'prefer',
  'transfer-encoding',
  'x-analysis-session',
  'x-forwarded-for',
  'x-frame-seq',
  'x-internal-secret',
  'x-request-id',
] as const;
export type RequestHeaders = Readonly<Record<(typeof READ_HEADERS)[number], string>>;

/** A request, copied out of uWebSockets.js's own object, which dies with the handler. */
export interface HttpRequest {
  /** In capitals; HEAD too. */
  readonly method: string;
  /** As it was sent, percent-encoded. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** Percent-decoded values of the pattern's `:names`. */
  readonly params: Readonly<Record<string, string>>;
  readonly headers: RequestHeaders;
  /** Of the socket; what proxies say of it is in x-forwarded-for. */
  readonly socketAddress: string;
  /** By the route's rule; null where it has none. */
  readonly body: ReadBody | null;
  /** Aborted when the client is gone. Made when it is asked for. */
  readonly signal: AbortSignal;
}

export interface HttpReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType: string;
  /**
   * Bytes may not change until they are sent, which takes as long as the reader does. Chunks are asked for as the reader
   * takes them; where they fail, the answer is cut off.
   */
  readonly body: string | Uint8Array | AsyncIterable<string | Uint8Array>;
}

export interface Route {
  readonly method: HttpMethod;
  /** `/captures/:id`; a last segment `*` takes the rest. */
  readonly path: string;
  /** What the request's body has to be. Without it no body is read. */
  readonly body?: BodyRule;
  /** Called before the body is read; throws for a caller that may not even send one. */
  admit?(request: Omit<HttpRequest, 'body'>): void | Promise<void>;
  /** May throw FramegateError, whose code decides the status. */
  handle(request: HttpRequest): HttpReply | Promise<HttpReply>;
  /** How this route says an error. Default: `errorReply`. */
  errorReply?(error: FramegateError, request: Pick<HttpRequest, 'headers'>): HttpReply;
}

export function jsonReply(status: number, body: unknown, headers?: Record<string, string>): HttpReply {
  return {
    status,
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify(body),
    ...(headers && { headers }),
  };
}
