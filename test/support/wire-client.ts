import { Packr } from 'msgpackr';
import { createCodec } from '../../src/protocol/codec.ts';
import { SERVER_STRUCTURE_LIMITS } from '../../src/protocol/limits.ts';
import type { ServerMessage, Welcome } from '../../src/protocol/messages.ts';
import { parseServerMessage } from '../../src/protocol/parse-message.ts';
import type { OddImage } from './odd-images.ts';
import { openStream } from './raw-websocket.ts';

type MessageOf<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>;

/** A client that says what it is told to, right or wrong; what it receives has to keep to the protocol. */
export interface WireClient {
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  /** Any value, as MessagePack. */
  send(message: unknown): void;
  /** Anything at all; text where it is a string. */
  sendRaw(data: Uint8Array<ArrayBuffer> | string): void;
  sendFrame(seq: number, image: OddImage): void;
  /** Passes over messages of other types; rejects when the connection closes first. */
  next<Type extends ServerMessage['type']>(type: Type): Promise<MessageOf<Type>>;
  close(): void;
}

export const HELLO = {
  type: 'hello',
  profile: 'face-skin:relaxed',
  consent: { store: false, training: false },
  locale: 'en',
  client: { sdk: 'test', camera: '', screen: '' },
} as const;

const packr = new Packr({ useRecords: false });
const codec = createCodec(SERVER_STRUCTURE_LIMITS);

/** A MessagePack value with memory of its own. */
export function packed(value: unknown): Uint8Array<ArrayBuffer> {
  return new Uint8Array(packr.pack(value));
}

/** Connects, and says nothing yet. */
export async function connectWire(port: number): Promise<WireClient> {
  const stream = await openStream(port);
  const lost = stream.closed.then(({ code }) => {
    throw new Error(`the connection was closed with ${code}`);
  });
  // Whoever waits for a message hears of it; nobody has to.
  lost.catch(() => {});
  const send = (message: unknown) => stream.send(packed(message));
  return {
    closed: stream.closed.then(({ code }) => code),
    send,
    sendRaw: (data) => stream.send(data),
    sendFrame(seq, { data, width, height, format = 'jpeg' }) {
      send({ type: 'frame', seq, capturedAtMs: Date.now(), width, height, format, data });
    },
    async next(type) {
      for (;;) {
        const message = parseServerMessage(codec, await Promise.race([stream.next(), lost]));
        if (message.type === type) return message as MessageOf<typeof type>;
      }
    },
    close: () => stream.socket.close(),
  };
}

/** Connects and opens a session. `hello` is merged over HELLO. */
export async function openSession(
  port: number,
  hello: Record<string, unknown> = {},
): Promise<WireClient & { readonly welcome: Welcome }> {
  const client = await connectWire(port);
  client.send({ ...HELLO, ...hello });
  return { ...client, welcome: await client.next('welcome') };
}

/** The person presses the button. Gives the capture's id. */
export async function requestCapture(client: WireClient, seq: number): Promise<string> {
  client.send({ type: 'capture', seq });
  return (await client.next('capture-request')).captureId;
}
