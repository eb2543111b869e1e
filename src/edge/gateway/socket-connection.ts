import { CLOSE_CODES, type CloseReason } from '../../protocol/close-codes.ts';
import { createCodec } from '../../protocol/codec.ts';
import { HELLO_LIMITS } from '../../protocol/limits.ts';
import type { Connection } from '../ports.ts';
import type { ConnectionHandler } from '../session-host.ts';
import { type RateLimit, spend, unspent } from './rate-limit.ts';
import type { Seat } from './upgrade-gate.ts';

/** The part of uWebSockets.js's WebSocket that is used. `send`: 1 sent, 0 buffered, 2 not taken. */
export interface RawSocket {
  send(message: Uint8Array, isBinary: boolean, compress: boolean): number;
  ping(message: string): number;
  end(code: number, reason: string): void;
  close(): void;
  getBufferedAmount(): number;
}

export interface SocketObserver {
  bytesReceived(bytes: number): void;
  bytesSent(bytes: number): void;
  roundTrip(roundTripMs: number): void;
  errorSent(errorCode: string): void;
}

/** Which message is too large is not known: it is never parsed. */
const TOO_LARGE = {
  type: 'error',
  code: 'payload-too-large',
  message: 'the message is larger than the limit',
  retryable: false,
} as const;
const TOO_LARGE_BYTES = createCodec().encode(TOO_LARGE);
const TOO_MANY = {
  type: 'error',
  code: 'rate-limited',
  message: 'too many messages or bytes on this connection',
  retryable: true,
} as const;
const TOO_MANY_BYTES = createCodec().encode(TOO_MANY);

export interface SocketDeps {
  readonly seat: Seat;
  readonly maxMessageBytes: number;
  readonly idleTimeoutMs: number;
  /** Pings and pongs included. */
  readonly messages: RateLimit;
  readonly messageBytes: RateLimit;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  readonly observer: SocketObserver;
  /** A handler threw, which it must not. */
  readonly onFault: (thrown: unknown) => void;
}

/** One client's socket between uWebSockets.js and the session host. */
export interface SocketConnection {
  readonly connection: Connection;
  opened(socket: RawSocket, accept: (connection: Connection) => ConnectionHandler): void;
  received(message: ArrayBuffer, isBinary: boolean): void;
  drained(): void;
  /** uWebSockets.js has answered it. */
  pinged(): void;
  ponged(message: ArrayBuffer): void;
  /** Pings, or closes when nothing was heard for too long. */
  beat(): void;
  /** uWebSockets.js has closed the socket. */
  closed(): void;
  close(reason: CloseReason): void;
}

export function createSocketConnection(deps: SocketDeps): SocketConnection {
  const { seat, nowMs, observer } = deps;
  /** null before the socket has opened and from the moment it closes: uWebSockets.js throws on a closed one. */
  let socket: RawSocket | null = null;
  let handler: ConnectionHandler | null = null;
  let isClosing = false;
  let isPending = true;
  let heardAtMs = nowMs();
  let ping: { id: string; sentAtMs: number } | null = null;
  let pings = 0;
  const messagesLeft = unspent(deps.messages, heardAtMs);
  const bytesLeft = unspent(deps.messageBytes, heardAtMs);

  /** Whether what has come is within what one connection may send; it is closed otherwise. */
  function affordable(bytes: number): boolean {
    if (isClosing) return false;
    if (
      spend(messagesLeft, deps.messages, 1, heardAtMs) &&
      spend(bytesLeft, deps.messageBytes, bytes, heardAtMs)
    ) {
      return true;
    }
    socket?.send(TOO_MANY_BYTES, true, false);
    observer.errorSent(TOO_MANY.code);
    closeFor('rate-limited');
    return false;
  }

  function close(code: number, reason: string): void {
    if (socket === null || isClosing) return;
    isClosing = true;
    // A client that does not read gets no close frame either; cutting it off frees what is buffered for it.
    const isDeaf = code === CLOSE_CODES['too-slow'].code && socket.getBufferedAmount() > 0;
    if (isDeaf) socket.close();
    else socket.end(code, reason);
  }

  function closeFor(reason: CloseReason): void {
    close(CLOSE_CODES[reason].code, reason);
  }

  /** Runs the host's code: what it throws costs this connection, not the process. */
  function guarded(call: (to: ConnectionHandler) => void): void {
    if (handler === null || isClosing) return;
    try {
      call(handler);
    } catch (thrown) {
      deps.onFault(thrown);
      closeFor('internal');
    }
  }

  const connection: Connection = {
    send(bytes) {
      if (socket === null || isClosing) return 'dropped';
      // A host says nothing before it has accepted hello, unless it is about to close.
      if (isPending) {
        isPending = false;
        seat.settle();
      }
      const outcome = socket.send(bytes, true, false);
      if (outcome === 2) {
        // A message is missing now, which the protocol does not allow. Not at once: the host is in the middle of something.
        queueMicrotask(() => closeFor('too-slow'));
        return 'dropped';
      }
      observer.bytesSent(bytes.byteLength);
      return outcome === 1 ? 'sent' : 'buffered';
    },
    close,
    bufferedBytes: () => socket?.getBufferedAmount() ?? 0,
  };

  return {
    connection,
    opened(openedSocket, accept) {
      socket = openedSocket;
      seat.opened(() => closeFor('hello-timeout'));
      try {
        handler = accept(connection);
      } catch (thrown) {
        deps.onFault(thrown);
        closeFor('internal');
      }
    },
    received(message, isBinary) {
      heardAtMs = nowMs();
      if (isPending) seat.spoke();
      if (!affordable(message.byteLength)) return;
      const limitBytes = isPending ? HELLO_LIMITS.maxBytes : deps.maxMessageBytes;
      if (message.byteLength > limitBytes) {
        socket?.send(TOO_LARGE_BYTES, true, false);
        observer.errorSent(TOO_LARGE.code);
        return closeFor('message-too-large');
      }
      observer.bytesReceived(message.byteLength);
      if (!isBinary) return guarded((to) => to.onText());
      // The buffer is uWebSockets.js's own and gone when this returns: this is the one copy that is made.
      const bytes = new Uint8Array(message.slice(0));
      guarded((to) => to.onMessage(bytes));
    },
    drained() {
      guarded((to) => to.onDrain());
    },
    pinged() {
      heardAtMs = nowMs();
      affordable(0);
    },
    ponged(message) {
      heardAtMs = nowMs();
      if (!affordable(0)) return;
      if (ping === null || Buffer.from(message).toString('latin1') !== ping.id) return;
      const roundTripMs = nowMs() - ping.sentAtMs;
      ping = null;
      observer.roundTrip(roundTripMs);
      guarded((to) => to.onRoundTrip(roundTripMs));
    },
    beat() {
      if (socket === null || isClosing) return;
      if (nowMs() - heardAtMs > deps.idleTimeoutMs) return closeFor('idle');
      // What a ping behind unsent data measures is the queue, and it would only add to it.
      if (socket.getBufferedAmount() > 0) return;
      pings += 1;
      ping = { id: pings.toString(36), sentAtMs: nowMs() };
      socket.ping(ping.id);
    },
    closed() {
      socket = null;
      isClosing = true;
      seat.leave();
      const ended = handler;
      handler = null;
      // Later: the host itself may be the one who closes, in the middle of a step.
      if (ended !== null) {
        queueMicrotask(() => {
          try {
            ended.onClose();
          } catch (thrown) {
            deps.onFault(thrown);
          }
        });
      }
    },
    close: closeFor,
  };
}
