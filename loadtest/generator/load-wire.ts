import { createCodec } from '../../src/protocol/codec.ts';
import { SERVER_STRUCTURE_LIMITS, STREAM_PATH, SUBPROTOCOL } from '../../src/protocol/limits.ts';
import type { ClientMessage, ServerMessage } from '../../src/protocol/messages.ts';
import { type FrameSocket, openFrameSocket } from '../bench/frame-socket.ts';
import type { Link, Reading, SessionPlan } from './session-plan.ts';
import { createShapedLink } from './shaped-link.ts';

/** A connection of the protocol, over the plan's link. */
export interface LoadWire {
  send(message: ClientMessage): void;
  /** A message whose end lies elsewhere. */
  sendParts(head: Uint8Array, data: Uint8Array): void;
  /** Accepted from the client but not by the network yet. */
  waitingBytes(): number;
  /** From now on it reads as the plan says. */
  startReading(reading: Reading): void;
  close(): void;
}

export interface WireEvents {
  onMessage(message: ServerMessage): void;
  onClose(code: number | null): void;
}

/** A slow reader reads for so long once a second. */
const SLOW_READING_MS = 1;

const codec = createCodec(SERVER_STRUCTURE_LIMITS);

/** Resolves when the WebSocket is open; rejects where there is none. */
export async function openLoadWire(
  { url, localAddress, link }: Pick<SessionPlan, 'url' | 'localAddress' | 'link'>,
  events: WireEvents,
): Promise<LoadWire> {
  const shaped = link === null ? null : shapedBy(link);
  let readingTimer: NodeJS.Timeout | null = null;
  const deliver = (bytes: Uint8Array) => events.onMessage(codec.decode(bytes) as ServerMessage);
  const socket: FrameSocket = await openFrameSocket(
    url + STREAM_PATH,
    SUBPROTOCOL,
    (bytes) => {
      if (shaped === null) deliver(bytes);
      else {
        // The socket reuses its memory.
        const own = Uint8Array.from(bytes);
        shaped.down(own.length, () => deliver(own));
      }
    },
    {
      ...(localAddress === undefined ? {} : { localAddress }),
      onClose(code) {
        if (readingTimer !== null) clearInterval(readingTimer);
        shaped?.drop();
        events.onClose(code);
      },
    },
  );

  function sendParts(...parts: Uint8Array[]): void {
    if (shaped === null) socket.send(...parts);
    else {
      const bytes = parts.reduce((sum, { length }) => sum + length, 0);
      shaped.up(bytes, () => socket.send(...parts));
    }
  }

  return {
    send: (message) => sendParts(codec.encode(message)),
    sendParts,
    waitingBytes: () => socket.bufferedBytes() + (shaped?.waitingBytes() ?? 0),
    startReading(reading) {
      if (reading === 'all') return;
      socket.pause();
      if (reading === 'nothing') return;
      readingTimer = setInterval(() => {
        socket.resume();
        setTimeout(() => socket.pause(), SLOW_READING_MS);
      }, 1000);
    },
    close: () => socket.close(),
  };
}

function shapedBy(link: Link) {
  return createShapedLink(link, () => performance.now());
}
