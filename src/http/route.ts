/** The headers that routes may look at; a request that lacks one has ''. */
export const READ_HEADERS = ['accept-encoding', 'host', 'if-none-match'] as const;
export type RequestHeaders = Readonly<Record<(typeof READ_HEADERS)[number], string>>;

/** A request, copied out of uWebSockets.js's own object, which dies with the handler. */
export interface HttpRequest {
  readonly method: string;
  /** As it was sent, percent-encoded. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** Percent-decoded values of the pattern's `:names`. */
  readonly params: Readonly<Record<string, string>>;
  readonly headers: RequestHeaders;
}

export interface HttpReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType: string;
  /** Bytes may not change until they are sent, which takes as long as the reader does. */
  readonly body: string | Uint8Array;
}

export interface Route {
  readonly method: 'GET';
  /** `/captures/:id`; a last segment `*` takes the rest. */
  readonly path: string;
  /** May throw FramegateError, whose code decides the status. */
  handle(request: HttpRequest): HttpReply | Promise<HttpReply>;
}

export function jsonReply(status: number, body: unknown, headers?: Record<string, string>): HttpReply {
  return {
    status,
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify(body),
    ...(headers && { headers }),
  };
}
