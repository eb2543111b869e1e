import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import { STREAM_PATH, SUBPROTOCOL } from '../../../src/protocol/limits.ts';
import type { ClientMessage, ServerMessage } from '../../../src/protocol/messages.ts';
import type { WireCodec } from './wire-codec.ts';

/** The part of the standard WebSocket that the client uses. */
export interface ClientSocket {
  binaryType: string;
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

export type OpenSocket = (url: string, subprotocol: string) => ClientSocket;

export interface ConnectionHandlers {
  open(): void;
  message(message: ServerMessage): void;
  /** Said once, unless `close` came first; 1006 where the connection broke, or a wait ended in vain. */
  lost(code: number): void;
}

export interface Connection {
  readonly bufferedAmount: number;
  send(message: ClientMessage): void;
  /** The connection counts as lost when nothing has come after so long; null waits without end. */
  expectMessage(timeoutMs: number | null): void;
  close(code?: number, reason?: string): void;
}

const BROKEN = 1006;

/**
 * One WebSocket from its opening to its end. Throws `usage` for an address that is none, and context-insecure where the
 * page may not open a connection that is not encrypted.
 */
export function openConnection(
  url: string,
  codec: WireCodec,
  openSocket: OpenSocket,
  handlers: ConnectionHandlers,
): Connection {
  const socket = open(streamUrl(url), openSocket);
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isOver = false;

  function end(): void {
    isOver = true;
    if (timer !== null) clearTimeout(timer);
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
  }

  function lose(code: number): void {
    if (isOver) return;
    end();
    socket.close();
    handlers.lost(code);
  }

  function expectMessage(timeoutMs: number | null): void {
    if (timer !== null) clearTimeout(timer);
    timer = timeoutMs === null || isOver ? null : setTimeout(() => lose(BROKEN), timeoutMs);
  }

  socket.binaryType = 'arraybuffer';
  socket.onopen = () => handlers.open();
  socket.onmessage = ({ data }) => {
    const message = data instanceof ArrayBuffer ? decoded(new Uint8Array(data), codec) : null;
    // Whatever sends this is no node of this protocol.
    if (message === null) lose(BROKEN);
    else handlers.message(message);
  };
  // The close that follows has the code; but Node.js sends none after a connection that was refused.
  socket.onerror = () => {
    setTimeout(() => lose(BROKEN), 0);
  };
  socket.onclose = ({ code }) => lose(code);

  return {
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send: (message) => socket.send(codec.encode(message)),
    expectMessage,
    close(code, reason) {
      end();
      socket.close(code, reason);
    },
  };
}

export function openWebSocket(url: string, subprotocol: string): ClientSocket {
  return new WebSocket(url, subprotocol) as unknown as ClientSocket;
}

/** `http://host` → `ws://host/v1/stream`; a path that is given is kept in front. */
function streamUrl(url: string): string {
  try {
    const full = new URL(url.replace(/^http/, 'ws'));
    if (!full.pathname.endsWith(STREAM_PATH)) full.pathname = full.pathname.replace(/\/$/, '') + STREAM_PATH;
    return full.href;
  } catch (cause) {
    throw new FramegateError('usage', `${url} is no address of an edge node`, { cause });
  }
}

function open(url: string, openSocket: OpenSocket): ClientSocket {
  try {
    return openSocket(url, SUBPROTOCOL);
  } catch (cause) {
    const isInsecure = cause instanceof Error && cause.name === 'SecurityError';
    throw new FramegateError(
      isInsecure ? 'context-insecure' : 'usage',
      isInsecure ? `a page over https may not connect to ${url}` : `${url} cannot be connected to`,
      { cause },
    );
  }
}

function decoded(bytes: Uint8Array, codec: WireCodec): ServerMessage | null {
  try {
    return codec.decode(bytes);
  } catch {
    return null;
  }
}
