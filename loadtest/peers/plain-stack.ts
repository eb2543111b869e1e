/**
 * What a good engineer would write in a day: ws, sharp and onnxruntime-node on one thread, frames answered in the order
 * in which they came. It speaks enough of framegate.v1 that the same clients can drive it: hello, frame, feedback, bye.
 * Models, warp, detector and mesh are framegate's own, which is generous: writing those takes longer than a day.
 * It says its port to its parent.
 */
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { createCodec } from '../../src/protocol/codec.ts';
import { SUBPROTOCOL } from '../../src/protocol/limits.ts';
import type { ClientMessage, Feedback, Frame, Welcome } from '../../src/protocol/messages.ts';
import { createFaceFinder } from '../../src/vision/face-finder.ts';
import { loadFaceModels } from '../../src/vision/load-face-models.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import type { TrackState } from '../../src/vision/types.ts';

interface Client {
  readonly socket: WebSocket;
  track: TrackState | null;
}

interface Waiting {
  readonly client: Client;
  readonly frame: Frame;
  readonly receivedAtMs: number;
}

const { models, identities } = await loadFaceModels(MODELS_FOLDER);
const finder = createFaceFinder(models);
const codec = createCodec();
const queue: Waiting[] = [];
let isWorking = false;
let sessions = 0;

sharp.concurrency(1);

async function analyse({ client, frame, receivedAtMs }: Waiting): Promise<void> {
  const startedMs = performance.now();
  const { data, info } = await sharp(frame.data)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const decodedMs = performance.now();
  const { mesh, track } = await finder.find({ data, width: info.width, height: info.height }, client.track);
  client.track = track;
  const doneMs = performance.now();
  client.socket.send(
    codec.encode({
      type: 'feedback',
      seq: frame.seq,
      verdict: mesh === null ? 'adjust' : 'pass',
      ...(mesh === null && { hint: { code: 'no-face' } }),
      checks: [],
      dwell: 0,
      timing: {
        queueMs: startedMs - receivedAtMs,
        decodeMs: decodedMs - startedMs,
        inferMs: doneMs - decodedMs,
        totalMs: doneMs - receivedAtMs,
      },
    } satisfies Feedback),
  );
}

async function workOff(): Promise<void> {
  if (isWorking) return;
  isWorking = true;
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    // Nobody hears the answer any more.
    if (next.client.socket.readyState !== next.client.socket.OPEN) continue;
    await analyse(next).catch((error: unknown) => process.stderr.write(`plain stack: ${String(error)}\n`));
  }
  isWorking = false;
}

function onMessage(client: Client, bytes: Buffer): void {
  const message = codec.decode(bytes) as ClientMessage;
  if (message.type === 'hello') client.socket.send(codec.encode(welcome(message.profile)));
  else if (message.type === 'bye') client.socket.close(1000);
  else if (message.type === 'frame') {
    queue.push({ client, frame: message, receivedAtMs: performance.now() });
    void workOff();
  }
}

/** No limit and never a pace: it is the queue that gives. */
function welcome(profile: string): Welcome {
  sessions++;
  return {
    type: 'welcome',
    sessionId: `plain-${sessions}`,
    resumeToken: 'none',
    node: 'plain',
    profile,
    thresholds: {},
    limits: { maxFps: 1000, maxFrameBytes: 2 ** 20, maxStillBytes: 2 ** 20, maxInFlight: 1_000_000 },
    models: [...identities],
    resumed: false,
    lastSeq: 0,
  };
}

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: false,
  handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
});
server.on('connection', (socket) => {
  const client: Client = { socket, track: null };
  socket.on('error', () => socket.terminate());
  // Whole messages come as one Buffer.
  socket.on('message', (data: RawData) => onMessage(client, data as Buffer));
});
server.on('listening', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
