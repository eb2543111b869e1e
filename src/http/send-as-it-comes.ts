import type { HttpResponse } from 'uWebSockets.js';

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
  let wake = () => {};
  onAborted?.(() => {
    isGone = true;
    wake();
  });

  async function send(): Promise<void> {
    for await (const chunk of chunks) {
      if (isGone) return;
      // An empty chunk would say that this was all.
      if (chunk.length === 0) continue;
      let isTaken = true;
      response.cork(() => {
        isTaken = response.write(chunk);
      });
      if (!isTaken) await room();
      if (isGone) return;
    }
    if (!isGone) response.cork(() => response.end());
  }

  function room(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    if (isGone) resolve();
    else
      response.onWritable(() => {
        resolve();
        return true;
      });
    return promise;
  }

  send().catch((thrown: unknown) => {
    onFailure?.(thrown);
    if (!isGone) response.close();
  });
}
