import type { ProfileName } from '../../src/protocol/checks.ts';
import { createCodec } from '../../src/protocol/codec.ts';
import { SERVER_STRUCTURE_LIMITS, STREAM_PATH, SUBPROTOCOL } from '../../src/protocol/limits.ts';
import type { ClientMessage, ServerMessage } from '../../src/protocol/messages.ts';
import { type FrameSocket, openFrameSocket } from './frame-socket.ts';
import type { BenchFrame } from './frames.ts';

export interface CaptureClientOptions {
  readonly url: string;
  readonly profile: ProfileName;
  readonly frame: BenchFrame;
  readonly still: BenchFrame;
  /** The moment at which the client has it. */
  readonly onCaptured: (captureId: string, atMs: number) => void;
  readonly onResult: (captureId: string, atMs: number) => void;
  readonly onTrouble: (text: string) => void;
}

/** A person in front of a camera who presses the button now and then. */
export interface CaptureClient {
  /** Sends a frame, and asks for a capture when it is answered. */
  press(): void;
  close(): void;
}

const codec = createCodec(SERVER_STRUCTURE_LIMITS);

/** Opens a session; resolves at its welcome. */
export async function openCaptureClient(options: CaptureClientOptions): Promise<CaptureClient> {
  const { frame, still } = options;
  const welcomed = Promise.withResolvers<void>();
  let seq = 0;
  const seen = new Set<string>();
  const socket: FrameSocket = await openFrameSocket(options.url + STREAM_PATH, SUBPROTOCOL, (payload) => {
    const atMs = performance.now();
    receive(codec.decode(payload) as ServerMessage, atMs);
  });
  const send = (message: ClientMessage) => socket.send(codec.encode(message));

  function receive(message: ServerMessage, atMs: number): void {
    if (message.type === 'welcome') welcomed.resolve();
    else if (message.type === 'feedback') send({ type: 'capture', seq: message.seq });
    else if (message.type === 'capture-request') {
      send({ type: 'still', captureId: message.captureId, seq: message.seq, ...imageOf(still) });
    } else if (message.type === 'captured') {
      if (seen.has(message.captureId)) return;
      seen.add(message.captureId);
      options.onCaptured(message.captureId, atMs);
    } else if (message.type === 'result') options.onResult(message.captureId, atMs);
    else if (message.type === 'rejected') options.onTrouble(`rejected: ${message.hint?.code}`);
    else if (message.type === 'error') options.onTrouble(message.code);
  }

  send({
    type: 'hello',
    profile: `${options.profile}:relaxed`,
    consent: { store: false, training: false },
    locale: 'en',
    client: { sdk: 'bench', camera: '', screen: '' },
  });
  await welcomed.promise;
  return {
    press() {
      seq++;
      send({ type: 'frame', seq, capturedAtMs: Date.now(), ...imageOf(frame) });
    },
    close: () => socket.close(),
  };
}

function imageOf({ data, width, height }: BenchFrame) {
  return { width, height, format: 'jpeg' as const, data };
}
