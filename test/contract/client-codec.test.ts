import fc from 'fast-check';
import { pack } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { createWireCodec } from '../../client/sdk/session/wire-codec.ts';
import { MEASURE_IDS } from '../../src/protocol/checks.ts';
import { createCodec } from '../../src/protocol/codec.ts';
import { ERROR_CODES, type ErrorCode } from '../../src/protocol/error-codes.ts';
import { HINT_CODES, type HintCode } from '../../src/protocol/hint-codes.ts';
import type { ClientMessage, ServerMessage } from '../../src/protocol/messages.ts';
import { parseClientMessage, parseServerMessage } from '../../src/protocol/parse-message.ts';

const ofNode = createCodec();
const ofClient = createWireCodec();

const text = fc.string({ maxLength: 40, unit: 'grapheme' });
const id = fc.string({ minLength: 1, maxLength: 64, unit: 'grapheme-ascii' });
const seq = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const side = fc.integer({ min: 1, max: 65_535 });
const bytes = fc.uint8Array({ maxLength: 70_000, size: 'max' });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const time = fc.double({ min: 0, max: 1e15, noNaN: true });
/** The client's decoder refuses a key named __proto__. */
const key = fc.string({ maxLength: 12 }).filter((name) => name !== '__proto__');
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const type = <Name extends string>(name: Name) => fc.constant(name);

const hint = fc.record({
  code: fc.constantFrom(...(Object.keys(HINT_CODES) as HintCode[])),
  params: maybe(fc.dictionary(key, fc.oneof(finite, text))),
});
const checks = fc.array(
  fc.record({
    id: fc.constantFrom(...MEASURE_IDS),
    value: fc.option(finite),
    unit: text,
    score: fc.double({ min: 0, max: 100, noNaN: true }),
    status: fc.constantFrom('pass' as const, 'adjust', 'fail', 'unknown'),
  }),
  { maxLength: 17 },
);
const thresholds = fc.constant({ yaw: { min: -8.5, max: 8.5 }, roll: { max: 5 } });

const clientMessages: Record<ClientMessage['type'], fc.Arbitrary<ClientMessage>> = {
  hello: fc.record({
    type: type('hello'),
    token: maybe(text),
    profile: id,
    thresholds: maybe(thresholds),
    consent: fc.record({ store: fc.boolean(), training: fc.boolean() }),
    locale: fc.constant('de-AT'),
    client: fc.record({ sdk: text, camera: text, screen: text }),
    resume: maybe(
      fc.record({
        sessionId: id,
        resumeToken: id,
        lastSeq: fc.nat(),
        results: maybe(fc.array(text, { maxLength: 32 })),
      }),
    ),
  }),
  frame: fc.record({
    type: type('frame'),
    seq,
    capturedAtMs: time,
    width: side,
    height: side,
    format: fc.constantFrom('jpeg' as const, 'webp'),
    data: bytes,
  }),
  still: fc.record({
    type: type('still'),
    captureId: id,
    seq,
    width: side,
    height: side,
    format: fc.constantFrom('jpeg' as const, 'png', 'webp'),
    data: bytes,
  }),
  capture: fc.record({ type: type('capture'), seq }),
  bye: fc.record({ type: type('bye'), reason: text }),
};

const serverMessages: Record<ServerMessage['type'], fc.Arbitrary<ServerMessage>> = {
  welcome: fc.record({
    type: type('welcome'),
    sessionId: id,
    resumeToken: text,
    node: text,
    profile: text,
    thresholds,
    limits: fc.record({
      maxFps: fc.double({ min: 0.1, max: 120, noNaN: true }),
      maxFrameBytes: fc.integer({ min: 1 }),
      maxStillBytes: fc.integer({ min: 1 }),
      maxInFlight: fc.integer({ min: 1 }),
    }),
    models: fc.array(fc.record({ name: text, version: text, sha256: text }), { maxLength: 4 }),
    resumed: fc.boolean(),
    lastSeq: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  }),
  feedback: fc.record({
    type: type('feedback'),
    seq,
    verdict: fc.constantFrom('pass' as const, 'adjust', 'skipped', 'error'),
    hint: maybe(hint),
    checks,
    dwell: share,
    face: maybe(
      fc.record({
        box: fc.record({ x: finite, y: finite, width: finite, height: finite }),
        yawDeg: finite,
        pitchDeg: finite,
        rollDeg: finite,
      }),
    ),
    timing: fc.record({ queueMs: time, decodeMs: time, inferMs: time, totalMs: time }),
    error: maybe(fc.record({ code: text, message: text })),
  }),
  'capture-request': fc.record({
    type: type('capture-request'),
    captureId: id,
    deadlineMs: fc.integer({ min: 1 }),
    maxWidth: side,
    maxHeight: side,
    seq,
  }),
  captured: fc.record({
    type: type('captured'),
    captureId: id,
    stream: text,
    streamSeq: seq,
    resultKinds: fc.array(fc.string({ minLength: 1, maxLength: 64 }), { maxLength: 16 }),
  }),
  rejected: fc.record({ type: type('rejected'), captureId: id, hint: maybe(hint), checks }),
  result: fc.record({
    type: type('result'),
    captureId: id,
    kind: text,
    status: fc.constantFrom('done' as const, 'failed'),
    result: fc.dictionary(key, fc.anything({ key, maxDepth: 3, values: [text, finite, fc.boolean()] })),
  }),
  pace: fc.record({
    type: type('pace'),
    maxFps: fc.double({ min: 0.1, max: 120, noNaN: true }),
    quality: fc.integer({ min: 1, max: 100 }),
    maxEdge: side,
  }),
  error: fc.record({
    type: type('error'),
    code: fc.constantFrom(...(Object.keys(ERROR_CODES) as ErrorCode[])),
    message: text,
    retryable: fc.boolean(),
    retryAfterMs: maybe(fc.nat()),
    seq: maybe(seq),
    captureId: maybe(id),
  }),
};

/** As JSON has it: what is undefined is not there. −0 is 0 on neither wire. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([name, item]) => [name, plain(item)]));
}

describe('client and node understand each other', () => {
  test.each(Object.keys(clientMessages) as ClientMessage['type'][])('%s goes up', (name) => {
    fc.assert(
      fc.property(clientMessages[name], (message) => {
        const received = parseClientMessage(ofNode, ofClient.encode(message));
        expect(plain(received)).toEqual(plain(message));
      }),
      { numRuns: 60 },
    );
  });

  test.each(Object.keys(serverMessages) as ServerMessage['type'][])('%s comes down', (name) => {
    fc.assert(
      fc.property(serverMessages[name], (message) => {
        const sent = ofNode.encode(message);
        expect(plain(ofClient.decode(sent))).toEqual(plain(message));
        // What is checked here is what a node may send.
        parseServerMessage(ofNode, sent);
      }),
      { numRuns: 60 },
    );
  });

  test('bytes are a view of the message, and 64-bit integers are numbers', () => {
    const sent = pack({ type: 'x', data: Uint8Array.of(1, 2, 3), big: 2n ** 40n });
    const received = ofClient.decode(sent) as unknown as { data: Uint8Array; big: unknown };
    expect([...received.data]).toEqual([1, 2, 3]);
    expect(received.data.buffer).toBe(sent.buffer);
    expect(received.big).toBe(2 ** 40);
  });

  test('the bytes of one message stay as they are when the next one is encoded', () => {
    const first = ofClient.encode({ type: 'bye', reason: 'one' });
    const before = [...first];
    ofClient.encode({ type: 'bye', reason: 'two' });
    expect([...first]).toEqual(before);
  });

  test('no bytes do anything but decode or fail as malformed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => {
        try {
          ofClient.decode(garbage);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'message-malformed' });
        }
      }),
      { numRuns: 3000 },
    );
    const nested = Uint8Array.of(0x81, 0xa1, 0x61, ...new Uint8Array(100_000).fill(0x91), 0x01);
    for (const bad of [nested, Uint8Array.of(0x81, 0xa1, 0x61, 0xd4, 0x72, 0x40)]) {
      expect(() => ofClient.decode(bad)).toThrow(/nested|extension/);
    }
  });
});
