import { createCodec } from '../../../src/protocol/codec.ts';
import { HINT_CODES } from '../../../src/protocol/hint-codes.ts';
import type { ClientMessage, ServerMessage } from '../../../src/protocol/messages.ts';

const CHECK = { id: 'yaw', value: 4.5, unit: 'deg', score: 50, status: 'adjust' } as const;
const MODEL = { name: 'face-mesh', version: '1', sha256: 'ab'.repeat(32) };
const FACE = { box: { x: 10.5, y: -2, width: 300, height: 400 }, yawDeg: -12.5, pitchDeg: 3, rollDeg: 0 };
const TIMING = { queueMs: 0.5, decodeMs: 1.25, inferMs: 3, totalMs: 5 };
const HINT = { code: Object.keys(HINT_CODES)[0] as keyof typeof HINT_CODES };
const HELLO = {
  type: 'hello',
  profile: 'face-skin:strict',
  consent: { store: true, training: false },
  locale: 'pt-BR',
  client: { sdk: 'framegate 1', camera: 'front', screen: '1170x2532' },
} as const;
const IMAGE = { width: 512, height: 384, data: new Uint8Array(48).fill(0xd8) } as const;

/** Each message of the protocol, with and without what it may leave out. */
const CLIENT_MESSAGES: readonly ClientMessage[] = [
  HELLO,
  {
    ...HELLO,
    token: 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln',
    thresholds: { yaw: { min: -5, max: 5 }, roll: { max: 8 } },
  },
  {
    ...HELLO,
    resume: {
      sessionId: 's-1',
      resumeToken: 't-1',
      lastSeq: 12,
      results: ['c-1/face-quality', 'c-2/face-skin'],
    },
  },
  { type: 'frame', seq: 1, capturedAtMs: 1_700_000_000_123.5, format: 'jpeg', ...IMAGE },
  { type: 'frame', seq: 2 ** 40, capturedAtMs: 0, format: 'webp', ...IMAGE },
  { type: 'still', captureId: 'c-1', seq: 9, format: 'png', ...IMAGE },
  { type: 'capture', seq: 300 },
  { type: 'bye', reason: 'done' },
];

const SERVER_MESSAGES: readonly ServerMessage[] = [
  {
    type: 'welcome',
    sessionId: 's-1',
    resumeToken: 't-1',
    node: 'edge-1',
    profile: 'face-skin:moderate',
    thresholds: { yaw: { min: -10, max: 10 } },
    limits: { maxFps: 30, maxFrameBytes: 1_048_576, maxStillBytes: 10_485_760, maxInFlight: 3 },
    models: [MODEL],
    resumed: false,
    lastSeq: 0,
  },
  {
    type: 'feedback',
    seq: 7,
    verdict: 'adjust',
    hint: { ...HINT, params: { deg: 12, side: 'left' } },
    checks: [CHECK, { ...CHECK, id: 'roll', value: null }],
    dwell: 0.5,
    face: FACE,
    timing: TIMING,
  },
  {
    type: 'feedback',
    seq: 8,
    verdict: 'error',
    checks: [],
    dwell: 0,
    timing: TIMING,
    error: { code: 'image-corrupt', message: 'damaged' },
  },
  { type: 'capture-request', captureId: 'c-1', deadlineMs: 5000, maxWidth: 4096, maxHeight: 4096, seq: 7 },
  {
    type: 'captured',
    captureId: 'c-1',
    stream: 'CAPTURES',
    streamSeq: 42,
    resultKinds: ['face-quality', 'skin', 'face-contours'],
  },
  { type: 'rejected', captureId: 'c-1', hint: HINT, checks: [CHECK] },
  {
    type: 'result',
    captureId: 'c-1',
    kind: 'face-quality',
    status: 'done',
    result: { score: 69, regions: { nose: [1, 2, 3] }, text: 'é' },
    provenance: {
      analyzer: 'face-quality',
      analyzerVersion: '1',
      codeVersion: '0.1.0',
      models: [MODEL],
      thresholds: { yaw: { max: 10 } },
      sessionId: 's-1',
      captureId: 'c-1',
      seq: 7,
      imageSha256: 'cd'.repeat(32),
    },
  },
  { type: 'pace', maxFps: 12.5, quality: 80, maxEdge: 512 },
  {
    type: 'error',
    code: 'rate-limited',
    message: 'wait',
    retryable: true,
    retryAfterMs: 500,
    seq: 3,
    captureId: 'c-1',
  },
];

export function ordinaryMessages(side: 'client' | 'server'): readonly Uint8Array[] {
  const codec = createCodec();
  const messages = side === 'client' ? CLIENT_MESSAGES : SERVER_MESSAGES;
  return messages.map((message) => new Uint8Array(codec.encode(message)));
}
