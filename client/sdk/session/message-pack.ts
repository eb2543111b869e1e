/**
 * The part of MessagePack that framegate.v1 has: maps with string keys, arrays, strings, numbers, booleans, nil and bin;
 * no extension types. Ours because a general library weighs a third of the SDK's budget.
 */

const FIRST_BYTES = 256;
/** Short strings, as all keys are, are read faster without a TextDecoder. */
const SHORT_STRING_BYTES = 32;

/** Fields that are undefined are left out. Whole numbers beyond 32 bits go as floats, which hold 53 bits. */
export function packMessage(message: object): Uint8Array<ArrayBuffer> {
  const writer = createWriter();
  writer.value(message);
  return writer.bytes();
}

function createWriter() {
  const encoder = new TextEncoder();
  let bytes = new Uint8Array(FIRST_BYTES);
  let view = new DataView(bytes.buffer);
  let at = 0;

  /** Makes room and moves on; gives where the room begins. */
  function take(count: number): number {
    const from = at;
    at += count;
    if (at > bytes.length) {
      const larger = new Uint8Array(Math.max(at, bytes.length * 2));
      larger.set(bytes.subarray(0, from));
      bytes = larger;
      view = new DataView(bytes.buffer);
    }
    return from;
  }

  function byte(value: number): void {
    // Taken before: `bytes` may be another one afterwards.
    const to = take(1);
    bytes[to] = value;
  }

  function number(value: number): void {
    const isWhole = Number.isInteger(value) && !Object.is(value, -0);
    if (isWhole && value >= -32 && value < 128) {
      byte(value);
    } else if (isWhole && value >= 0 && value < 2 ** 32) {
      length(value, 0xcc);
    } else if (isWhole && value < 0 && value >= -(2 ** 31)) {
      byte(0xd2);
      const to = take(4);
      view.setInt32(to, value);
    } else {
      byte(0xcb);
      const to = take(8);
      view.setFloat64(to, value);
    }
  }

  /** A tag and 1, 2 or 4 bytes; tags of the longer ones follow. */
  function length(value: number, tag: number): void {
    const size = value < 0x100 ? 0 : value < 0x10000 ? 1 : 2;
    byte(tag + size);
    const to = take(1 << size);
    if (size === 0) view.setUint8(to, value);
    else if (size === 1) view.setUint16(to, value);
    else view.setUint32(to, value);
  }

  /** Maps and arrays: 4 bits in the tag, else 2 or 4 bytes. */
  function count(value: number, fixedTag: number, tag: number): void {
    if (value < 16) byte(fixedTag | value);
    else if (value < 0x100) {
      byte(tag);
      const to = take(2);
      view.setUint16(to, value);
    } else length(value, tag - 1);
  }

  function append(content: Uint8Array): void {
    const to = take(content.length);
    bytes.set(content, to);
  }

  function text(value: string): void {
    const encoded = encoder.encode(value);
    if (encoded.length < 32) byte(0xa0 | encoded.length);
    else length(encoded.length, 0xd9);
    append(encoded);
  }

  function value(item: unknown): void {
    if (item === null || item === undefined) byte(0xc0);
    else if (typeof item === 'boolean') byte(item ? 0xc3 : 0xc2);
    else if (typeof item === 'number') number(item);
    else if (typeof item === 'string') text(item);
    else if (item instanceof Uint8Array) {
      length(item.length, 0xc4);
      append(item);
    } else if (Array.isArray(item)) {
      count(item.length, 0x90, 0xdc);
      for (const inner of item) value(inner);
    } else {
      const entries = Object.entries(item).filter(([, inner]) => inner !== undefined);
      count(entries.length, 0x80, 0xde);
      for (const [key, inner] of entries) {
        text(key);
        value(inner);
      }
    }
  }

  return { value, bytes: () => bytes.subarray(0, at) };
}

/** Reads what checkMessageStructure has found sound; `bin` values are views of the bytes. */
export function unpackMessage(received: Uint8Array): Record<string, unknown> {
  const { buffer, byteOffset, byteLength } = received;
  // Of a Node Buffer its views would be Buffers too.
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const view = new DataView(buffer, byteOffset, byteLength);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let at = 0;

  function take(count: number): number {
    const from = at;
    at += count;
    return from;
  }

  function length(size: number): number {
    const from = take(1 << size);
    return size === 0 ? view.getUint8(from) : size === 1 ? view.getUint16(from) : view.getUint32(from);
  }

  function content(count: number): Uint8Array {
    const from = take(count);
    return bytes.subarray(from, from + count);
  }

  function text(count: number): string {
    const encoded = content(count);
    if (count <= SHORT_STRING_BYTES && encoded.every((unit) => unit < 128))
      return String.fromCharCode(...encoded);
    return decoder.decode(encoded);
  }

  function array(count: number): unknown[] {
    const items: unknown[] = [];
    for (let item = 0; item < count; item++) items.push(value());
    return items;
  }

  function map(count: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    for (let entry = 0; entry < count; entry++) entries.push([value() as string, value()]);
    // Takes `__proto__` for a field like any other.
    return Object.fromEntries(entries);
  }

  /** Of the tags 0xca to 0xd3. */
  function number(tag: number): number {
    const from = take(tag < 0xcc ? 4 << (tag - 0xca) : 1 << (tag & 3));
    switch (tag) {
      case 0xca:
        return view.getFloat32(from);
      case 0xcb:
        return view.getFloat64(from);
      case 0xcc:
        return view.getUint8(from);
      case 0xcd:
        return view.getUint16(from);
      case 0xce:
        return view.getUint32(from);
      case 0xcf:
        return Number(view.getBigUint64(from));
      case 0xd0:
        return view.getInt8(from);
      case 0xd1:
        return view.getInt16(from);
      case 0xd2:
        return view.getInt32(from);
      default:
        return Number(view.getBigInt64(from));
    }
  }

  function value(): unknown {
    const tag = view.getUint8(take(1));
    if (tag < 0x80) return tag;
    if (tag < 0x90) return map(tag & 15);
    if (tag < 0xa0) return array(tag & 15);
    if (tag < 0xc0) return text(tag & 31);
    if (tag >= 0xe0) return tag - 0x100;
    if (tag === 0xc0) return null;
    if (tag < 0xc4) return tag === 0xc3;
    if (tag < 0xc7) return content(length(tag - 0xc4));
    if (tag < 0xd4) return number(tag);
    if (tag < 0xdc) return text(length(tag - 0xd9));
    return tag < 0xde ? array(length(tag - 0xdb)) : map(length(tag - 0xdd));
  }

  return value() as Record<string, unknown>;
}
