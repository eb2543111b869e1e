import { randomBytes } from 'node:crypto';
import { createConnection, type Socket } from 'node:net';

export interface FrameSocket {
  /** One binary message. */
  send(payload: Uint8Array): void;
  close(): void;
}

const MASK_BYTES = 4;

/**
 * A WebSocket client that costs next to nothing, because what the generator takes the edge cannot have: it masks
 * with zeros, which the protocol allows and which leaves the payload as it is, and knows unfragmented binary messages
 * only. Resolves after the handshake.
 */
export function openFrameSocket(
  url: string,
  subprotocol: string,
  onMessage: (payload: Uint8Array) => void,
): Promise<FrameSocket> {
  const { hostname, port, pathname } = new URL(url);
  const socket = createConnection({ host: hostname, port: Number(port), noDelay: true });
  socket.write(
    `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Protocol: ${subprotocol}\r\n\r\n`,
  );
  return new Promise((resolve, reject) => {
    let pending: Buffer<ArrayBufferLike> = Buffer.alloc(0);
    let isOpen = false;
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      if (!isOpen) {
        const end = pending.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!pending.toString('latin1', 0, end).startsWith('HTTP/1.1 101')) {
          reject(new Error(`the edge refused a session: ${pending.toString('latin1', 0, end)}`));
          return;
        }
        pending = pending.subarray(end + 4);
        isOpen = true;
        resolve({ send: (payload) => sendBinary(socket, payload), close: () => socket.destroy() });
      }
      pending = takeMessages(pending, socket, onMessage);
    });
  });
}

function sendBinary(socket: Socket, payload: Uint8Array): void {
  const isLong = payload.length > 0xffff;
  const head = Buffer.alloc((isLong ? 10 : 4) + MASK_BYTES);
  head[0] = 0x82;
  head[1] = 0x80 | (isLong ? 127 : 126);
  if (isLong) head.writeBigUInt64BE(BigInt(payload.length), 2);
  else head.writeUInt16BE(payload.length, 2);
  socket.cork();
  socket.write(head);
  socket.write(payload);
  socket.uncork();
}

/** Hands over the whole messages and gives what is left. Pings are answered, other control frames passed over. */
function takeMessages(
  bytes: Buffer<ArrayBufferLike>,
  socket: Socket,
  onMessage: (payload: Uint8Array) => void,
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
    if (opcode === 0x2) onMessage(payload);
    else if (opcode === 0x9)
      socket.write(Buffer.concat([Buffer.of(0x8a, 0x80 | length, 0, 0, 0, 0), payload]));
  }
  return bytes.subarray(at);
}
