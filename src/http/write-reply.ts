import type { HttpResponse } from 'uWebSockets.js';
import { STATUS_CODES } from 'node:http';
import type { HttpReply } from './route.ts';

export interface WriteOptions {
  /** False for HEAD: the length is told, the body is not sent. */
  readonly withBody: boolean;
  /** Only with a body. */
  readonly closeConnection?: boolean;
}

/** Writes a whole reply. The response may not be used afterwards. */
export function writeReply(response: HttpResponse, reply: HttpReply, options: WriteOptions): void {
  response.writeStatus(`${reply.status} ${STATUS_CODES[reply.status] ?? ''}`);
  const headers = {
    'content-type': reply.contentType,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...reply.headers,
  };
  for (const [name, value] of Object.entries(headers)) response.writeHeader(name, value);
  if (options.withBody) {
    response.end(reply.body, options.closeConnection);
    return;
  }
  // Given the length itself, uWebSockets.js goes on waiting for the body, and aborts the process where no abort handler is set.
  response.writeHeader('content-length', String(Buffer.byteLength(reply.body)));
  response.endWithoutBody();
}
