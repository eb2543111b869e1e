import { randomBytes } from 'node:crypto';
import { createConnection, type Socket } from 'node:net';

export interface FrameSocket {
  /** One binary message out of the parts, which are not copied. */
  send(...parts: Uint8Array[]): void;
  /** What the kernel has not taken yet. */
  bufferedBytes(): number;
  /** Leaves what the node sends in the kernel, as a client does that does not read. */
  pause(): void;
  resume(): void;
  /** Drops the connection without a word. */
  close(): void;
}

export interface FrameSocketOptions {
  /** Source address, where one has not enough ports. */
  readonly localAddress?: string;
  /** For TCP and handshake together. */
  readonly connectTimeoutMs?: number;
  /** Once, after the handshake: the close code, or null where the connection broke without one. */
  readonly onClose?: (code: number | null) => void;
}

const MASK_BYTES = 4;
const OPCODE = { binary: 0x2, close: 0x8, ping: 0x9 } as const;
const CONNECT_TIMEOUT_MS = 20_000;

/**
 * A WebSocket client that costs next to nothing, because what the generator takes the edge cannot have: it masks
 * with zeros, which the protocol allows and which leaves the payload as it is, and knows unfragmented binary messages
 * only. Resolves after the handshake.
 */
export function openFrameSocket(
  url: string,
  subprotocol: string,
  onMessage: (payload: Uint8Array) => void,
  { localAddress, connectTimeoutMs = CONNECT_TIMEOUT_MS, onClose }: FrameSocketOptions = {},
): Promise<FrameSocket> {
  const { hostname, port, pathname } = new URL(url);
  const socket = createConnection({
    host: hostname,
    port: Number(port),
    noDelay: true,
    ...(localAddress === undefined ? {} : { localAddress }),
  });
  socket.write(
    `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Protocol: ${subprotocol}\r\n\r\n`,
  );
  return new Promise((resolve, reject) => {
    let pending: Buffer<ArrayBufferLike> = Buffer.alloc(0);
    let isOpen = false;
    let closeCode: number | null = null;
    const timer = setTimeout(
      () => socket.destroy(new Error('the handshake took too long')),
      connectTimeoutMs,
    );
    // Also the 'error' of a connection that breaks later, which 'close' tells of.
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(timer);
      if (isOpen) onClose?.(closeCode);
      else reject(new Error('the connection ended before the handshake'));
    });
    const handlers = {
      onMessage,
      onCloseFrame(code: number) {
        closeCode = code;
        socket.end();
      },
    };
    socket.on('data', (chunk) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      if (!isOpen) {
        const end = pending.indexOf('\r\n\r\n');
        if (end < 0) return;
        const answer = pending.toString('latin1', 0, end);
        if (!answer.startsWith('HTTP/1.1 101')) {
          reject(new Error(`the edge refused a session: ${answer}`));
          socket.destroy();
          return;
        }
        clearTimeout(timer);
        pending = pending.subarray(end + 4);
        isOpen = true;
        resolve({
          send: (...parts) => sendBinary(socket, parts),
          bufferedBytes: () => socket.writableLength,
          pause: () => socket.pause(),
          resume: () => socket.resume(),
          close: () => socket.destroy(),
        });
      }
      pending = takeMessages(pending, socket, handlers);
    });
  });
}

function sendBinary(socket: Socket, parts: readonly Uint8Array[]): void {
  if (!socket.writable) return;
  let length = 0;
  for (const part of parts) length += part.length;
  const isLong = length > 0xffff;
  const head = Buffer.alloc((isLong ? 10 : 4) + MASK_BYTES);
  head[0] = 0x82;
  head[1] = 0x80 | (isLong ? 127 : 126);
  if (isLong) head.writeBigUInt64BE(BigInt(length), 2);
  else head.writeUInt16BE(length, 2);
  socket.cork();
  socket.write(head);
  for (const part of parts) socket.write(part);
  socket.uncork();
}

interface MessageHandlers {
  onMessage(payload: Uint8Array): void;
  onCloseFrame(code: number): void;
}

/** Hands over the whole messages and gives what is left. Pings are answered, other control frames passed over. */
function takeMessages(
  bytes: Buffer<ArrayBufferLike>,
  socket: Socket,
  handlers: MessageHandlers,
): Buffer<ArrayBufferLike> {
  let at = 0;
  while (bytes.length - at >= 2) {
    const opcode = bytes[at]! & 0x0f;
    let length = bytes[at + 1]! & 0x7f;
    let headBytes = 2;
    if (length === 126) {
      headBytes = 4;
      if (bytes.length - at < headBytes) break;
      length = bytes.readUInt16BE(at + 2);
    } else if (length === 127) {
      headBytes = 10;
      if (bytes.length - at < headBytes) break;
      length = Number(bytes.readBigUInt64BE(at + 2));
    }
    if (bytes.length - at < headBytes + length) break;
    const payload = bytes.subarray(at + headBytes, at + headBytes + length);
    at += headBytes + length;
    if (opcode === OPCODE.binary) handlers.onMessage(payload);
    else if (opcode === OPCODE.close) handlers.onCloseFrame(length >= 2 ? payload.readUInt16BE(0) : 1005);
    else if (opcode === OPCODE.ping)
      socket.write(Buffer.concat([Buffer.of(0x8a, 0x80 | length, 0, 0, 0, 0), payload]));
  }
  return bytes.subarray(at);
}
