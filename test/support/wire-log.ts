import type { Page } from 'playwright-core';
import { createCodec } from '../../src/protocol/codec.ts';
import { SERVER_STRUCTURE_LIMITS, STREAM_PATH } from '../../src/protocol/limits.ts';
import type { ClientMessage, ServerMessage } from '../../src/protocol/messages.ts';
import { parseClientMessage, parseServerMessage } from '../../src/protocol/parse-message.ts';

type SentOf<Type extends ClientMessage['type']> = Extract<ClientMessage, { type: Type }>;
type ReceivedOf<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>;

export interface Logged<Message> {
  readonly message: Message;
  readonly atMs: number;
  readonly bytes: number;
  /** Counts the page's connections from 0. */
  readonly connection: number;
}

/** What went over a page's WebSockets to framegate, as the browser saw it. Each message has to keep to the protocol. */
export interface WireLog {
  readonly sent: readonly Logged<ClientMessage>[];
  readonly received: readonly Logged<ServerMessage>[];
  readonly connections: number;
  sentOf<Type extends ClientMessage['type']>(type: Type): readonly Logged<SentOf<Type>>[];
  receivedOf<Type extends ServerMessage['type']>(type: Type): readonly Logged<ReceivedOf<Type>>[];
}

/** Call it before the page opens a session: `browser.open(url, { before: async (page) => { wire = logWire(page); } })`. */
export function logWire(page: Page): WireLog {
  const clientCodec = createCodec();
  const serverCodec = createCodec(SERVER_STRUCTURE_LIMITS);
  const sent: Logged<ClientMessage>[] = [];
  const received: Logged<ServerMessage>[] = [];
  let connections = 0;
  page.on('websocket', (socket) => {
    if (!new URL(socket.url()).pathname.endsWith(STREAM_PATH)) return;
    const connection = connections++;
    const stamp = ({ length }: Uint8Array) => ({ atMs: performance.now(), bytes: length, connection });
    socket.on('framesent', ({ payload }) => {
      const bytes = Uint8Array.from(payload as Buffer);
      sent.push({ message: parseClientMessage(clientCodec, bytes), ...stamp(bytes) });
    });
    socket.on('framereceived', ({ payload }) => {
      const bytes = Uint8Array.from(payload as Buffer);
      received.push({ message: parseServerMessage(serverCodec, bytes), ...stamp(bytes) });
    });
  });
  return {
    sent,
    received,
    get connections() {
      return connections;
    },
    sentOf: (type) => sent.filter(({ message }) => message.type === type) as Logged<SentOf<typeof type>>[],
    receivedOf: (type) =>
      received.filter(({ message }) => message.type === type) as Logged<ReceivedOf<typeof type>>[],
  };
}
