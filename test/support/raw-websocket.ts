import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';

export interface UpgradeAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The open socket where the status is 101. */
  readonly socket: Socket | null;
}

/** A WebSocket handshake by hand, with whatever headers; those set to undefined are left out. `from`: the client's own address. */
export function handshake(
  port: number,
  headers: Record<string, string | undefined> = {},
  from = '127.0.0.1',
): Promise<UpgradeAnswer> {
  const wanted = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
    'sec-websocket-protocol': 'framegate.v1',
    ...headers,
  };
  const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const target = { host: '127.0.0.1', port, path: '/v1/stream', localAddress: from };
    const call = request({ ...target, headers: given, agent: false });
    call.once('upgrade', (response, socket: Socket) => {
      resolve({ status: 101, headers: response.headers, body: '', socket });
    });
    call.once('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, socket: null });
      });
    });
    call.once('error', reject);
    call.end();
  });
}

/** One masked frame, as a client sends it; `first` is its first byte, for a whole binary message if it is not given. */
export function maskedFrame(payload: Uint8Array, first = 0x82): Buffer {
  const mask = randomBytes(4);
  const header =
    payload.length < 126
      ? Buffer.from([first, 0x80 | payload.length])
      : Buffer.from([first, 0x80 | 126, payload.length >> 8, payload.length & 255]);
  const masked = Buffer.from(payload.map((byte, index) => byte ^ (mask[index & 3] as number)));
  return Buffer.concat([header, mask, masked]);
}

/** A TCP connection that has said `text` and nothing more. */
export async function halfRequest(port: number, text: string, from = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

export interface StreamClient {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  send(data: Uint8Array<ArrayBuffer> | string): void;
  /** The next message that has not been taken yet. */
  next(): Promise<Uint8Array>;
}

/** An ordinary client, as browsers have it. */
export async function openStream(port: number): Promise<StreamClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/stream`, ['framegate.v1']);
  socket.binaryType = 'arraybuffer';
  const arrived: Uint8Array[] = [];
  const waiting: ((message: Uint8Array) => void)[] = [];
  socket.addEventListener('message', ({ data }) => {
    const message = new Uint8Array(data as ArrayBuffer);
    const take = waiting.shift();
    if (take === undefined) arrived.push(message);
    else take(message);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }), { once: true });
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('the WebSocket was refused')), { once: true });
  });
  return {
    socket,
    closed,
    send: (data) => socket.send(data),
    next: async () => arrived.shift() ?? (await new Promise((resolve) => waiting.push(resolve))),
  };
}
