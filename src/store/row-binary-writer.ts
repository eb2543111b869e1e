/** Writes rows in ClickHouse's RowBinary format into one growing buffer. Integers out of range throw RangeError. */
export interface RowBinaryWriter {
  /** Bytes written so far; given to `cutTo`, it takes back what was written since. */
  readonly length: number;
  cutTo(length: number): void;
  /** UInt8, Bool or Enum8. */
  u8(value: number): void;
  u16(value: number): void;
  u32(value: number): void;
  /** UInt64, or the milliseconds of a DateTime64(3): a safe integer, not negative. */
  u64(value: number): void;
  f32(value: number): void;
  nullableF32(value: number | null): void;
  string(value: string): void;
  /** The number of entries of an Array or a Map, which follow one by one. */
  count(value: number): void;
  /** Text as it is, without its length: for formats made of lines. */
  raw(value: string): void;
  /** A view of everything written; valid until the next write. */
  bytes(): Uint8Array;
}

export function createRowBinaryWriter(initialBytes = 64 * 1024): RowBinaryWriter {
  let buffer = Buffer.allocUnsafe(initialBytes);
  let length = 0;

  function reserve(bytes: number): void {
    if (length + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + bytes));
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  }

  function varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      buffer[length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    buffer[length++] = rest;
  }

  /** Names are short and ASCII: a loop is several times faster than a call into the encoder. */
  function shortAscii(value: string): boolean {
    if (value.length > 64) return false;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return false;
      buffer[length + 1 + i] = code;
    }
    buffer[length] = value.length;
    length += 1 + value.length;
    return true;
  }

  return {
    get length() {
      return length;
    },
    cutTo(to) {
      length = to;
    },
    u8(value) {
      reserve(1);
      length = buffer.writeUInt8(value, length);
    },
    u16(value) {
      reserve(2);
      length = buffer.writeUInt16LE(value, length);
    },
    u32(value) {
      reserve(4);
      length = buffer.writeUInt32LE(value, length);
    },
    u64(value) {
      if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not a UInt64`);
      reserve(8);
      length = buffer.writeUInt32LE(value % 0x1_0000_0000, length);
      length = buffer.writeUInt32LE(Math.floor(value / 0x1_0000_0000), length);
    },
    f32(value) {
      reserve(4);
      length = buffer.writeFloatLE(value, length);
    },
    nullableF32(value) {
      reserve(5);
      buffer[length++] = value === null ? 1 : 0;
      if (value !== null) length = buffer.writeFloatLE(value, length);
    },
    string(value) {
      reserve(10 + value.length * 3);
      if (shortAscii(value)) return;
      varint(Buffer.byteLength(value, 'utf8'));
      length += buffer.write(value, length, 'utf8');
    },
    count(value) {
      reserve(10);
      varint(value);
    },
    raw(value) {
      reserve(value.length * 3);
      length += buffer.write(value, length, 'utf8');
    },
    bytes() {
      return buffer.subarray(0, length);
    },
  };
}
