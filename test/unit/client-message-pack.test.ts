import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packMessage, unpackMessage } from '../../client/sdk/session/message-pack.ts';
import { createCodec } from '../../src/protocol/codec.ts';
import { SERVER_STRUCTURE_LIMITS } from '../../src/protocol/limits.ts';
import { checkMessageStructure } from '../../src/protocol/message-structure.ts';

const node = createCodec(SERVER_STRUCTURE_LIMITS);

/** Plain objects for comparing: whose bytes they were does not matter. */
const bin = fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes));
const number = fc
  .oneof(
    fc.double({ noNaN: true }),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.constantFrom(
      0,
      127,
      128,
      255,
      256,
      65_535,
      65_536,
      2 ** 32 - 1,
      2 ** 32,
      -1,
      -32,
      -33,
      -(2 ** 31),
      2 ** 53 - 1,
    ),
  )
  // As the node's library writes it.
  .map((value) => (value === 0 ? 0 : value));

/** The node's library reads `__proto__` under another name, on purpose. */
const key = (maxLength: number) => fc.string({ maxLength }).filter((name) => name !== '__proto__');
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    number,
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(key(40), tie('value'), { maxKeys: 20, noNullPrototype: true }),
  ),
}));
/** Bytes stand in the message's own map only. */
const message = fc.dictionary(key(12), fc.oneof({ weight: 5, arbitrary: value }, bin), {
  noNullPrototype: true,
});

describe('messages', () => {
  test('are read by the node as they were written, and the other way round', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const packed = packMessage(sent);
        checkMessageStructure(packed, SERVER_STRUCTURE_LIMITS);
        expect(node.decode(packed)).toEqual(sent);
        expect(unpackMessage(node.encode(sent as never))).toEqual(sent);
        expect(unpackMessage(packed)).toEqual(sent);
      }),
      { numRuns: 300 },
    );
  });

  test.each([0, 15, 16, 255, 256, 65_535, 65_536])('hold %i items, fields, bytes, characters', (count) => {
    const list = Array.from({ length: count }, (_, index) => index % 7);
    const fields = Object.fromEntries(list.slice(0, 300).map((item, index) => [`k${index}`, item]));
    const sent = { list, fields, data: Uint8Array.from(list), text: 'ü'.repeat(count) };
    const packed = packMessage(sent);
    const wide = createCodec({ maxDepth: 6, maxValues: 10_000_000, maxStringBytes: 10_000_000 });
    // As text: comparing long lists item by item takes seconds.
    const wanted = JSON.stringify(sent);
    expect(JSON.stringify(wide.decode(packed)) === wanted).toBe(true);
    expect(JSON.stringify(unpackMessage(packed)) === wanted).toBe(true);
    expect(JSON.stringify(unpackMessage(wide.encode(sent as never))) === wanted).toBe(true);
  });

  test('leave out what is undefined', () => {
    expect(node.decode(packMessage({ token: undefined, list: [1] }))).toEqual({ list: [1] });
  });

  test('give views of their bytes, wherever these lie', () => {
    const packed = node.encode({ data: Uint8Array.of(7, 8, 9) } as never);
    const inside = new Uint8Array(packed.length + 10);
    inside.set(packed, 5);
    const { data } = unpackMessage(inside.subarray(5, 5 + packed.length)) as { data: Uint8Array };
    expect(data).toEqual(Uint8Array.of(7, 8, 9));
    expect(data.buffer).toBe(inside.buffer);
  });

  test('take 64-bit integers of other languages as numbers', () => {
    const bytes = (tag: number, ...rest: number[]) => Uint8Array.of(0x81, 0xa1, 0x6e, tag, ...rest);
    expect(unpackMessage(bytes(0xcf, 0, 0, 0, 1, 0, 0, 0, 2))).toEqual({ n: 2 ** 32 + 2 });
    expect(unpackMessage(bytes(0xd3, 255, 255, 255, 255, 255, 255, 255, 254))).toEqual({ n: -2 });
    expect(unpackMessage(bytes(0xca, 0x3f, 0x80, 0, 0))).toEqual({ n: 1 });
    expect(unpackMessage(bytes(0xd0, 200))).toEqual({ n: -56 });
    expect(unpackMessage(bytes(0xd1, 255, 0))).toEqual({ n: -256 });
  });

  test('cannot change what all objects inherit', () => {
    const hostile = Uint8Array.of(0x81, 0xa9, ...new TextEncoder().encode('__proto__'), 0x81, 0xa1, 0x78, 1);
    const received = unpackMessage(hostile);
    expect(Object.getPrototypeOf(received)).toBe(Object.prototype);
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});
