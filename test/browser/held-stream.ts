import type { Page } from 'playwright-core';
import { createCodec } from '../../src/protocol/codec.ts';
import { SERVER_STRUCTURE_LIMITS, STREAM_PATH } from '../../src/protocol/limits.ts';
import type { ServerMessage } from '../../src/protocol/messages.ts';
import { parseServerMessage } from '../../src/protocol/parse-message.ts';

/** A page's stream whose answers can be held back, so that the page stands still for as long as a test looks at it. */
export interface HeldStream {
  /** Lets through what comes up to and with the first such message, and resolves then; nothing comes after it. */
  holdAfter(what: string, isLast: (message: ServerMessage) => boolean, timeoutMs?: number): Promise<void>;
  /** The same, but the message itself is held back too. */
  holdBefore(what: string, isFirst: (message: ServerMessage) => boolean, timeoutMs?: number): Promise<void>;
}

/** Call it before the page opens a session. Each hold first lets go of what the one before has held back. */
export async function holdStream(page: Page): Promise<HeldStream> {
  const codec = createCodec(SERVER_STRUCTURE_LIMITS);
  const held: (() => void)[] = [];
  let stopAt: { readonly matches: (message: ServerMessage) => boolean; readonly before: boolean } | null =
    null;
  let holding = false;
  let onHeld: (() => void) | null = null;

  const hold = () => {
    holding = true;
    stopAt = null;
    onHeld?.();
  };
  const pass = (bytes: Buffer, send: () => void) => {
    const message = parseServerMessage(codec, Uint8Array.from(bytes));
    if (holding) {
      held.push(() => pass(bytes, send));
      return;
    }
    const isStop = stopAt?.matches(message) === true;
    if (isStop && stopAt!.before) {
      held.push(send);
      hold();
      return;
    }
    send();
    if (isStop) hold();
  };
  await page.routeWebSocket(
    (url) => url.pathname.endsWith(STREAM_PATH),
    (socket) => {
      const server = socket.connectToServer();
      server.onMessage((bytes) => pass(bytes as Buffer, () => socket.send(bytes)));
    },
  );

  const next = (
    what: string,
    matches: (message: ServerMessage) => boolean,
    before: boolean,
    timeoutMs = 20_000,
  ) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${what} within ${timeoutMs} ms`)), timeoutMs);
      onHeld = () => {
        clearTimeout(timer);
        resolve();
      };
      stopAt = { matches, before };
      holding = false;
      for (const run of held.splice(0)) run();
    });
  return {
    holdAfter: (what, isLast, timeoutMs) => next(what, isLast, false, timeoutMs),
    holdBefore: (what, isFirst, timeoutMs) => next(what, isFirst, true, timeoutMs),
  };
}
