import { ByteBuffer } from 'flatbuffers';
import { FramegateError } from '../../src/protocol/framegate-error.ts';

const UINT32_BYTES = 4;

function damaged(what: string): FramegateError {
  return new FramegateError('model-invalid', `the model file is damaged: ${what}`);
}

/**
 * One table of a FlatBuffer, read by field id. Every read is checked against the file's size: the runtime's
 * own accessors give zeros past the end, which would turn a truncated model into a smaller valid one.
 * Every accessor throws FramegateError model-invalid for an offset outside of the file.
 */
export class FlatTable {
  readonly #buffer: ByteBuffer;
  readonly #position: number;

  private constructor(buffer: ByteBuffer, position: number) {
    this.#buffer = buffer;
    this.#position = position;
  }

  /** The root table of a file which has to carry the four-character identifier. */
  static root(bytes: Uint8Array, identifier: string): FlatTable {
    if (bytes.length < 2 * UINT32_BYTES) throw damaged('it has no header');
    const found = String.fromCharCode(...bytes.subarray(UINT32_BYTES, 2 * UINT32_BYTES));
    if (found !== identifier) throw damaged(`its identifier is not ${identifier}`);
    const buffer = new ByteBuffer(bytes);
    return new FlatTable(buffer, buffer.readUint32(0));
  }

  int8(field: number, fallback = 0): number {
    const at = this.#field(field, 1);
    return at === 0 ? fallback : this.#buffer.readInt8(at);
  }

  bool(field: number): boolean {
    return this.int8(field) !== 0;
  }

  int32(field: number, fallback = 0): number {
    const at = this.#field(field, 4);
    return at === 0 ? fallback : this.#buffer.readInt32(at);
  }

  uint32(field: number, fallback = 0): number {
    const at = this.#field(field, 4);
    return at === 0 ? fallback : this.#buffer.readUint32(at);
  }

  string(field: number): string {
    return new TextDecoder().decode(this.bytes(field) ?? new Uint8Array());
  }

  table(field: number): FlatTable | null {
    const at = this.#field(field, UINT32_BYTES);
    return at === 0 ? null : new FlatTable(this.#buffer, this.#follow(at));
  }

  tables(field: number): FlatTable[] {
    const vector = this.#vector(field, UINT32_BYTES);
    if (vector === null) return [];
    return Array.from(
      { length: vector.length },
      (_, index) => new FlatTable(this.#buffer, this.#follow(vector.start + index * UINT32_BYTES)),
    );
  }

  /** The bytes of a [ubyte] vector, not copied; null where the field is absent. */
  bytes(field: number): Uint8Array | null {
    const vector = this.#vector(field, 1);
    if (vector === null) return null;
    return this.#buffer.bytes().subarray(vector.start, vector.start + vector.length);
  }

  int32s(field: number): number[] {
    const vector = this.#vector(field, 4);
    if (vector === null) return [];
    return Array.from({ length: vector.length }, (_, i) => this.#buffer.readInt32(vector.start + i * 4));
  }

  uint16s(field: number): number[] {
    const vector = this.#vector(field, 2);
    if (vector === null) return [];
    return Array.from({ length: vector.length }, (_, i) => this.#buffer.readUint16(vector.start + i * 2));
  }

  /** Absolute position of a field's value, 0 where the table does not have it. */
  #field(field: number, bytes: number): number {
    this.#check(this.#position, UINT32_BYTES);
    const vtable = this.#position - this.#buffer.readInt32(this.#position);
    this.#check(vtable, 4);
    const entry = 4 + 2 * field;
    if (entry + 2 > this.#buffer.readUint16(vtable)) return 0;
    this.#check(vtable + entry, 2);
    const offset = this.#buffer.readUint16(vtable + entry);
    if (offset === 0) return 0;
    this.#check(this.#position + offset, bytes);
    return this.#position + offset;
  }

  #vector(field: number, elementBytes: number): { start: number; length: number } | null {
    const at = this.#field(field, UINT32_BYTES);
    if (at === 0) return null;
    const head = this.#follow(at);
    const length = this.#buffer.readUint32(head);
    const start = head + UINT32_BYTES;
    this.#check(start, length * elementBytes);
    return { start, length };
  }

  #follow(at: number): number {
    this.#check(at, UINT32_BYTES);
    const target = at + this.#buffer.readUint32(at);
    this.#check(target, UINT32_BYTES);
    return target;
  }

  #check(at: number, bytes: number): void {
    if (at < 0 || at + bytes > this.#buffer.capacity()) throw damaged('an offset points outside of it');
  }
}
