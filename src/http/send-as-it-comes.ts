import type { HttpResponse } from 'uWebSockets.js';

/** Less than what a socket has room for when it says that it has: what it does not take is kept for it. */
const PIECE_BYTES = 16 * 1024;

export interface StreamOptions {
  /** Calls `tell` when the reader is gone. Needed where a body comes in chunks. */
  readonly onAborted?: (tell: () => void) => void;
  /** The chunks broke off, and the answer with them. */
  readonly onFailure?: (thrown: unknown) => void;
}

/**
 * Sends chunks as they come, the next one asked for when the reader has taken the last. Its length is not known, so that a
 * reader tells an answer that was cut off by its missing end. To be called with the status and the headers written.
 */
export function sendAsItComes(
  response: HttpResponse,
  chunks: AsyncIterable<string | Uint8Array>,
  { onAborted, onFailure }: StreamOptions,
): void {
  let isGone = false;
  let isListening = false;
  let wake = () => {};
  onAborted?.(() => {
    isGone = true;
    wake();
  });

  async function send(): Promise<void> {
    for await (const chunk of chunks) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      for (let at = 0; at < bytes.length && !isGone; at += PIECE_BYTES) {
        let isTaken = true;
        response.cork(() => {
          isTaken = response.write(bytes.subarray(at, at + PIECE_BYTES));
        });
        if (!isTaken) await room();
      }
      if (isGone) return;
    }
    if (!isGone) response.cork(() => response.end());
  }

  function room(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    if (isGone) resolve();
    else if (!isListening) {
      isListening = true;
      // Once: one that is set while another is called is lost.
      response.onWritable(() => {
        wake();
        return true;
      });
    }
    return promise;
  }

  send().catch((thrown: unknown) => {
    onFailure?.(thrown);
    if (!isGone) response.close();
  });
}
