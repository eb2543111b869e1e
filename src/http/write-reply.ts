import type { HttpResponse } from 'uWebSockets.js';
import { STATUS_CODES } from 'node:http';
import type { HttpReply } from './route.ts';
import { type StreamOptions, sendAsItComes } from './send-as-it-comes.ts';

export interface WriteOptions extends StreamOptions {
  /** False for HEAD: the length is told, the body is not sent. */
  readonly withBody: boolean;
  /** Only with a body that is written at once. */
  readonly closeConnection?: boolean;
}

/** Bytes beyond this go out as the reader takes them; less is given to uWebSockets.js, which copies what it can't send. */
const STREAMED_FROM_BYTES = 64 * 1024;

/** Writes a whole reply. The response may not be used afterwards; it needs an abort handler. */
export function writeReply(response: HttpResponse, reply: HttpReply, options: WriteOptions): void {
  response.writeStatus(`${reply.status} ${STATUS_CODES[reply.status] ?? ''}`);
  const hasBody = reply.status !== 304 && reply.status !== 204;
  const headers = {
    ...(hasBody && { 'content-type': reply.contentType }),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...reply.headers,
  };
  for (const [name, value] of Object.entries(headers)) response.writeHeader(name, value);
  const { body } = reply;
  if (!hasBody) {
    response.endWithoutBody();
  } else if (typeof body === 'object' && Symbol.asyncIterator in body) {
    if (options.withBody) sendAsItComes(response, body, options);
    else response.endWithoutBody();
  } else if (!options.withBody) {
    // Given the length itself, uWebSockets.js goes on waiting for the body, and aborts the process where no abort handler is set.
    response.writeHeader('content-length', String(Buffer.byteLength(body)));
    response.endWithoutBody();
  } else if (typeof body === 'string' || body.byteLength < STREAMED_FROM_BYTES) {
    response.end(body, options.closeConnection);
  } else {
    stream(response, body);
  }
}

/**
 * Every writable event sends what the socket takes, straight from the bytes that all readers share. A reader that takes
 * nothing for 10 s is cut off by uWebSockets.js.
 */
function stream(response: HttpResponse, body: Uint8Array): void {
  const [sent] = response.tryEnd(body, body.byteLength);
  if (sent) return;
  response.onWritable((offset) => {
    const [rest] = response.tryEnd(body.subarray(offset), body.byteLength);
    return rest;
  });
}
