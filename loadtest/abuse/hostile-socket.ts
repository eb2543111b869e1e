import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { STREAM_PATH, SUBPROTOCOL } from '../../src/protocol/limits.ts';
import type { AttackTarget } from './attack.ts';

/** Not the address that the good clients come from: on Linux all of 127.0.0.0/8 is this machine. */
export const ATTACKER = '127.0.0.2';

const PAUSE_MS = 1;

/** A TCP connection, whatever becomes of it. `allowHalfOpen`: it stays open when the node ends its side. */
export function openSocket({ host, port }: AttackTarget, from = ATTACKER, allowHalfOpen = false): Socket {
  const socket = connect({ host, port, localAddress: from, noDelay: true, allowHalfOpen });
  socket.on('error', () => {});
  return socket;
}

export function upgradeRequest(headers: Record<string, string> = {}): string {
  const lines = {
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Protocol': SUBPROTOCOL,
    ...headers,
  };
  const text = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${STREAM_PATH} HTTP/1.1\r\n${text.join('')}\r\n`;
}

/** Resolves with the open WebSocket's socket, or null where it was refused. */
export function openWebSocket(
  target: AttackTarget,
  from = ATTACKER,
  allowHalfOpen = false,
): Promise<Socket | null> {
  const socket = openSocket(target, from, allowHalfOpen);
  socket.write(upgradeRequest());
  return new Promise((resolve) => {
    socket.once('data', (chunk) => {
      if (chunk.toString('latin1').startsWith('HTTP/1.1 101')) return resolve(socket);
      socket.destroy();
      resolve(null);
    });
    socket.once('end', () => resolve(null));
    socket.once('close', () => resolve(null));
  });
}

/** One masked frame; the mask is zeros, which leaves the payload as it is. `first`: its first byte. */
export function frameOf(payload: Uint8Array, first = 0x82): Buffer {
  const header = Buffer.alloc(payload.length < 126 ? 6 : payload.length < 65_536 ? 8 : 14);
  header[0] = first;
  if (payload.length < 126) header[1] = 0x80 | payload.length;
  else if (payload.length < 65_536) {
    header[1] = 0x80 | 126;
    header.writeUInt16BE(payload.length, 2);
  } else {
    header[1] = 0x80 | 127;
    header.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([header, payload]);
}

/** Resolves when the kernel has taken the bytes or the socket is gone. */
export function written(socket: Socket, bytes: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve(false);
    const gone = () => resolve(false);
    socket.once('close', gone);
    socket.write(bytes, (error) => {
      socket.off('close', gone);
      resolve(!error);
    });
  });
}

export function gone(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) return resolve();
    socket.once('close', () => resolve());
    socket.resume();
  });
}

export const pause = (ms = PAUSE_MS) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Does `act` again and again, `atOnce` at a time, until the time is up or it was done `times`. */
export async function repeat(
  target: AttackTarget,
  { atOnce, times }: { readonly atOnce: number; readonly times: number },
  act: (index: number) => Promise<void>,
): Promise<void> {
  const endMs = performance.now() + target.durationMs;
  let next = 0;
  const turn = async () => {
    while (next < times && performance.now() < endMs) {
      next += 1;
      await act(next);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, turn));
}
