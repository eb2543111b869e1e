/** Reads a WOFF2 file's kinds of numbers one after the other; throws RangeError past the end. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#step(1));
  }

  uint16(): number {
    return this.#bytes.readUInt16BE(this.#step(2));
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#step(2));
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#step(4));
  }

  /** Seven bits a byte, the highest first. */
  base128(): number {
    let value = 0;
    for (;;) {
      const byte = this.uint8();
      value = value * 128 + (byte & 0x7f);
      if ((byte & 0x80) === 0) return value;
    }
  }

  /** One byte where the number is small, else two or three. */
  short255(): number {
    const code = this.uint8();
    if (code === 253) return this.uint16();
    if (code === 254) return 506 + this.uint8();
    if (code === 255) return 253 + this.uint8();
    return code;
  }

  take(count: number): Buffer {
    const from = this.#step(count);
    return this.#bytes.subarray(from, from + count);
  }

  #step(count: number): number {
    const from = this.#at;
    if (from + count > this.#bytes.length) throw new RangeError('the font file ends too early');
    this.#at += count;
    return from;
  }
}
