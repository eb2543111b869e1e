import type { ClientSocket } from '../../client/sdk/session/connection.ts';
import { createCodec } from '../../src/protocol/codec.ts';
import type { ClientMessage, ServerMessage, Welcome } from '../../src/protocol/messages.ts';
import { parseClientMessage } from '../../src/protocol/parse-message.ts';

const codec = createCodec();

/** A socket whose other end is the test. */
export interface ScriptedSocket extends ClientSocket {
  readonly url: string;
  readonly received: ClientMessage[];
  bufferedAmount: number;
  open(): void;
  say(message: ServerMessage): void;
  sayBytes(bytes: Uint8Array): void;
  lose(code: number): void;
  closedWith: number | null;
}

export function scriptedSocket(url: string): ScriptedSocket {
  const received: ClientMessage[] = [];
  const socket: ScriptedSocket = {
    url,
    received,
    binaryType: '',
    bufferedAmount: 0,
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    closedWith: null,
    send: (bytes) => received.push(parseClientMessage(codec, bytes)),
    close(code = 1005) {
      socket.closedWith ??= code;
    },
    open: () => socket.onopen?.(undefined as never),
    say: (message) => socket.sayBytes(codec.encode(message)),
    sayBytes: (bytes) => socket.onmessage?.({ data: Uint8Array.from(bytes).buffer }),
    lose: (code) => socket.onclose?.({ code }),
  };
  return socket;
}

export const WELCOME: Welcome = {
  type: 'welcome',
  sessionId: 's1',
  resumeToken: 'r1',
  node: 'a',
  profile: 'face-skin',
  thresholds: {},
  limits: { maxFps: 30, maxFrameBytes: 1e6, maxStillBytes: 1e7, maxInFlight: 3 },
  models: [],
  resumed: false,
  lastSeq: 0,
};
