import fc from 'fast-check';
import { pack } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { createCodec } from '../../src/protocol/codec.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import type { Frame } from '../../src/protocol/messages.ts';
import { parseClientMessage, parseServerMessage } from '../../src/protocol/parse-message.ts';

const codec = createCodec();

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof FramegateError) return thrown.code;
    throw thrown;
  }
  return 'accepted';
}

const parse = (bytes: Uint8Array) => codeOf(() => parseClientMessage(codec, bytes));

const frame: Frame = {
  type: 'frame',
  seq: 7,
  capturedAtMs: 1_700_000_000_123,
  width: 512,
  height: 384,
  format: 'jpeg',
  data: Uint8Array.of(0xff, 0xd8, 0xff),
};

describe('codec', () => {
  test('a frame comes back as it was, and its image is a view of the message, not a copy', () => {
    const bytes = codec.encode(frame);
    const parsed = parseClientMessage(codec, bytes) as Frame;
    expect({ ...parsed, data: [...parsed.data] }).toEqual({ ...frame, data: [0xff, 0xd8, 0xff] });
    expect(parsed.data.buffer).toBe(bytes.buffer);
    expect(parsed.data.constructor).toBe(Uint8Array);
  });

  test('what it writes has no extension types, so that any MessagePack library reads it', () => {
    const bytes = codec.encode({ ...frame, seq: 2 ** 40, data: new Uint8Array(70_000) });
    expect(codeOf(() => codec.decode(bytes))).toBe('accepted');
    const optional = codec.encode({ type: 'hello', token: undefined } as never);
    expect(codec.decode(optional)).toEqual({ type: 'hello' });
  });

  test.each([
    ['nothing', Uint8Array.of()],
    ['a bare number', pack(5)],
    ['an array', pack(['frame'])],
    ['text', new TextEncoder().encode('{"type":"hello"}')],
    ['a map cut off', codec.encode(frame).subarray(0, 20)],
    ['a map with bytes behind it', Uint8Array.of(...codec.encode({ type: 'bye', reason: '' }), 0xc0)],
    ['a map with a number as key', Uint8Array.of(0x81, 0x01, 0x01)],
    ['an array that claims 2^32 - 1 items', Uint8Array.of(0x81, 0xa1, 0x61, 0xdd, 0xff, 0xff, 0xff, 0xff)],
    ['a map that claims 2^32 - 1 entries', Uint8Array.of(0xdf, 0xff, 0xff, 0xff, 0xff)],
    ['bytes that claim 4 GiB', Uint8Array.of(0x81, 0xa1, 0x61, 0xc6, 0xff, 0xff, 0xff, 0xff)],
    [
      '100,000 arrays in each other',
      Uint8Array.of(0x81, 0xa1, 0x61, ...new Uint8Array(100_000).fill(0x91), 0x01),
    ],
    ['an extension type', Uint8Array.of(0x81, 0xa1, 0x61, 0xd4, 0x72, 0x40)],
    ['bytes where an object belongs', pack({ type: 'hello', thresholds: { yaw: new Uint8Array(5) } })],
    ['the tag that MessagePack never uses', Uint8Array.of(0x81, 0xa1, 0x61, 0xc1)],
  ])('%s is malformed', (_name, bytes) => {
    expect(parse(bytes)).toBe('message-malformed');
  });

  test('unknown types and wrong fields are named by code and field, not by value', () => {
    expect(parse(pack({ type: 'fram' }))).toBe('message-unknown-type');
    expect(parse(pack({ type: 'constructor' }))).toBe('message-unknown-type');
    expect(parse(pack({ kind: 'hello' }))).toBe('message-unknown-type');
    expect(() => parseClientMessage(codec, pack({ ...frame, format: 'secret-value' }))).toThrow(
      /^frame\.format: (?!.*secret-value)/,
    );
    for (const wrong of [
      { seq: 0 },
      { seq: 1.5 },
      { width: 0 },
      { data: 'abc' },
      { capturedAtMs: Number.NaN },
    ]) {
      expect(parse(pack({ ...frame, ...wrong }))).toBe('message-invalid');
    }
  });

  test('what is said of a bad message stays short, however long its keys are', () => {
    const hello = { type: 'hello', profile: 'face-skin', consent: { store: false, training: false } };
    const keys = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}`.padEnd(8000, 'k'), 1]));
    for (const thresholds of [keys, { yaw: keys }]) {
      const bytes = pack({ ...hello, locale: 'en', client: { sdk: '', camera: '', screen: '' }, thresholds });
      expect(() => parseClientMessage(codec, bytes)).toThrow(/^hello\.thresholds.{0,200}$/);
    }
  });

  test('no bytes do anything but parse or fail with a message-* code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(parse(bytes)).toMatch(/^(accepted|message-(malformed|unknown-type|invalid))$/);
      }),
      { numRuns: 5000 },
    );
  });

  test('a real message with any bytes overwritten does nothing else either', () => {
    const original = codec.encode({ ...frame, data: new Uint8Array(64) });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(original.length - 1), fc.integer({ min: 0, max: 255 }))),
        (edits) => {
          const bytes = Uint8Array.from(original);
          for (const [at, value] of edits) bytes[at] = value;
          expect(parse(bytes)).toMatch(/^(accepted|message-(malformed|unknown-type|invalid))$/);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('a key named __proto__ reaches no prototype', () => {
    const bytes = Uint8Array.of(
      0x82,
      0xa9,
      ...new TextEncoder().encode('__proto__'),
      0x81,
      0xa1,
      0x78,
      0x01,
      0xa4,
      ...new TextEncoder().encode('type'),
      0xa3,
      ...new TextEncoder().encode('bye'),
    );
    expect(parse(bytes)).toBe('message-invalid');
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test('a client checks what a node sends by the same schemas', () => {
    const error = {
      type: 'error',
      code: 'server-busy',
      message: 'full',
      retryable: true,
      retryAfterMs: 500,
    } as const;
    expect(parseServerMessage(codec, codec.encode(error))).toEqual(error);
    expect(codeOf(() => parseServerMessage(codec, pack({ ...error, code: 'no-such-code' })))).toBe(
      'message-invalid',
    );
  });
});
