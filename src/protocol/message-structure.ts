import { FramegateError } from './framegate-error.ts';
import type { StructureLimits } from './limits.ts';

/**
 * Walks over a MessagePack value without building anything, and throws `message-malformed` unless it is one
 * map with string keys, whole, without extension types, with `bin` among its own values only, and within the
 * limits. A decoder that runs after it can neither be made to recurse deeply nor to allocate by a claimed length.
 */
export function checkMessageStructure(bytes: Uint8Array, limits: StructureLimits): void {
  const first = bytes[0];
  const isMap = first !== undefined && ((first & 0xf0) === 0x80 || first === 0xde || first === 0xdf);
  if (!isMap) throw malformed('the message is not a MessagePack map');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cursor: Cursor = { bytes, view, limits, at: 0, values: 0 };
  skipValue(cursor, 0);
  if (cursor.at !== bytes.length) throw malformed('bytes follow the message');
}

interface Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly limits: StructureLimits;
  at: number;
  values: number;
}

function malformed(message: string): FramegateError {
  return new FramegateError('message-malformed', message);
}

function take(cursor: Cursor, count: number): number {
  const at = cursor.at;
  if (count > cursor.bytes.length - at) throw malformed('the message ends too early');
  cursor.at = at + count;
  return at;
}

/** A length of 1, 2 or 4 bytes: `sizeClass` is 0, 1 or 2, as the tags count them. */
function takeLength(cursor: Cursor, sizeClass: number): number {
  const at = take(cursor, 1 << sizeClass);
  if (sizeClass === 0) return cursor.view.getUint8(at);
  return sizeClass === 1 ? cursor.view.getUint16(at) : cursor.view.getUint32(at);
}

function skipString(cursor: Cursor, stringBytes: number): void {
  if (stringBytes > cursor.limits.maxStringBytes) throw malformed('a string is too long');
  take(cursor, stringBytes);
}

/**
 * Images stand beside `type`. Anywhere else a schema would take the bytes for an object with that many keys, and
 * name each of them: seconds for one message.
 */
function skipBinary(cursor: Cursor, sizeClass: number, depth: number): void {
  if (depth !== 1) throw malformed('bytes may only be a value of the message itself');
  take(cursor, takeLength(cursor, sizeClass));
}

function skipItems(cursor: Cursor, count: number, depth: number): void {
  if (depth >= cursor.limits.maxDepth) throw malformed('the message is nested too deeply');
  for (let item = 0; item < count; item++) skipValue(cursor, depth + 1);
}

function skipMap(cursor: Cursor, entries: number, depth: number): void {
  if (depth >= cursor.limits.maxDepth) throw malformed('the message is nested too deeply');
  for (let entry = 0; entry < entries; entry++) {
    const key = cursor.bytes[cursor.at];
    const isString = key !== undefined && ((key & 0xe0) === 0xa0 || (key >= 0xd9 && key <= 0xdb));
    if (!isString) throw malformed('a map key is not a string');
    skipValue(cursor, depth + 1);
    skipValue(cursor, depth + 1);
  }
}

/** Bytes of the payload behind a tag that says all about its size. */
const FIXED_PAYLOAD_BYTES: Readonly<Record<number, number>> = {
  192: 0,
  194: 0,
  195: 0,
  202: 4,
  203: 8,
  204: 1,
  205: 2,
  206: 4,
  207: 8,
  208: 1,
  209: 2,
  210: 4,
  211: 8,
};

function skipValue(cursor: Cursor, depth: number): void {
  // Counting here bounds the work too: a claimed length of 2^32 ends after maxValues steps.
  if (++cursor.values > cursor.limits.maxValues) throw malformed('the message has too many values');
  const tag = cursor.view.getUint8(take(cursor, 1));
  if (tag <= 0x7f || tag >= 0xe0) return;
  const fixedBytes = FIXED_PAYLOAD_BYTES[tag];
  if (fixedBytes !== undefined) take(cursor, fixedBytes);
  else if (tag <= 0x8f) skipMap(cursor, tag & 0x0f, depth);
  else if (tag <= 0x9f) skipItems(cursor, tag & 0x0f, depth);
  else if (tag <= 0xbf) skipString(cursor, tag & 0x1f);
  else if (tag >= 0xc4 && tag <= 0xc6) skipBinary(cursor, tag - 0xc4, depth);
  else if (tag >= 0xd9 && tag <= 0xdb) skipString(cursor, takeLength(cursor, tag - 0xd9));
  else if (tag === 0xdc || tag === 0xdd) skipItems(cursor, takeLength(cursor, tag - 0xdb), depth);
  else if (tag === 0xde || tag === 0xdf) skipMap(cursor, takeLength(cursor, tag - 0xdd), depth);
  else throw malformed('extension types are not part of the protocol');
}
