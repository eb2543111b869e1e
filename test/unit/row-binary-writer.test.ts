import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRowBinaryWriter } from '../../src/store/row-binary-writer.ts';

describe('the RowBinary writer', () => {
  it('writes any string with its length in bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 300 })), (texts) => {
        const out = createRowBinaryWriter(1);
        for (const text of texts) out.string(text);
        let rest = Buffer.from(out.bytes());
        for (const text of texts) {
          let length = 0;
          let shift = 0;
          let byte: number;
          do {
            byte = rest[0]!;
            rest = rest.subarray(1);
            length += (byte & 0x7f) * 2 ** shift;
            shift += 7;
          } while (byte >= 0x80);
          expect(rest.subarray(0, length).toString('utf8')).toBe(text.toWellFormed());
          rest = rest.subarray(length);
        }
        expect(rest.length).toBe(0);
      }),
    );
  });

  it('writes numbers in little endian, and NULL as a flag', () => {
    const out = createRowBinaryWriter(1);
    out.u64(2 ** 40 + 5);
    out.u32(7);
    out.u16(8);
    out.u8(9);
    out.nullableF32(null);
    out.nullableF32(1.5);
    const bytes = Buffer.from(out.bytes());
    expect(bytes.readBigUInt64LE(0)).toBe(2n ** 40n + 5n);
    expect([bytes.readUInt32LE(8), bytes.readUInt16LE(12), bytes[14], bytes[15], bytes[16]]).toEqual([
      7, 8, 9, 1, 0,
    ]);
    expect(bytes.readFloatLE(17)).toBe(1.5);
    expect(bytes.length).toBe(21);
  });

  it('refuses integers that do not fit', () => {
    const out = createRowBinaryWriter();
    for (const write of [
      () => out.u8(256),
      () => out.u16(65_536),
      () => out.u32(2 ** 32),
      () => out.u32(-1),
    ]) {
      expect(write).toThrow(RangeError);
    }
    for (const value of [-1, 0.5, 2 ** 53]) expect(() => out.u64(value)).toThrow(RangeError);
  });

  it('takes back what was written', () => {
    const out = createRowBinaryWriter(1);
    out.string('kept');
    const { length } = out;
    out.string('not kept');
    out.cutTo(length);
    expect(Buffer.from(out.bytes()).toString()).toBe('\u0004kept');
  });
});
