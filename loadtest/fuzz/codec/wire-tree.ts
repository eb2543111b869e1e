/**
 * A MessagePack value taken apart: maps and arrays as lists, so that keys may repeat and counts may lie; everything
 * else as the bytes it is made of.
 */
export type WireNode = WireMap | WireArray | WireBytes;

export interface WireMap {
  readonly kind: 'map';
  entries: [WireNode, WireNode][];
  /** What the header claims beyond what follows. */
  lie: number;
  /** Bytes of the count; 0 stands in the tag. */
  countBytes: 0 | 2 | 4;
}

export interface WireArray {
  readonly kind: 'array';
  items: WireNode[];
  lie: number;
  countBytes: 0 | 2 | 4;
}

export interface WireBytes {
  readonly kind: 'bytes';
  bytes: Uint8Array;
}

const MAX_NODES = 200;
const MAX_DEPTH = 64;

/** null where it is no whole MessagePack value, or one too large to be worth taking apart. */
export function parseWire(bytes: Uint8Array): WireNode | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let nodes = 0;

  function leaf(start: number, length: number): WireBytes {
    at = start + length;
    if (at > bytes.length) throw new RangeError('cut off');
    return { kind: 'bytes', bytes: bytes.subarray(start, at) };
  }

  function map(count: number, countBytes: 0 | 2 | 4, depth: number): WireMap {
    const entries: [WireNode, WireNode][] = [];
    for (let entry = 0; entry < count; entry++) entries.push([value(depth + 1), value(depth + 1)]);
    return { kind: 'map', entries, lie: 0, countBytes };
  }

  function array(count: number, countBytes: 0 | 2 | 4, depth: number): WireArray {
    const items: WireNode[] = [];
    for (let item = 0; item < count; item++) items.push(value(depth + 1));
    return { kind: 'array', items, lie: 0, countBytes };
  }

  function value(depth: number): WireNode {
    if (++nodes > MAX_NODES || depth > MAX_DEPTH) throw new RangeError('too large');
    const start = at;
    const tag = view.getUint8(at);
    at += 1;
    if (tag >= 0x80 && tag <= 0x8f) return map(tag & 15, 0, depth);
    if (tag >= 0x90 && tag <= 0x9f) return array(tag & 15, 0, depth);
    if (tag >= 0xdc && tag <= 0xdf) {
      const isWide = (tag & 1) === 1;
      const count = isWide ? view.getUint32(at) : view.getUint16(at);
      at += isWide ? 4 : 2;
      const countBytes = isWide ? 4 : 2;
      return tag <= 0xdd ? array(count, countBytes, depth) : map(count, countBytes, depth);
    }
    return leaf(start, leafBytes(view, start));
  }

  try {
    const root = value(0);
    return at === bytes.length ? root : null;
  } catch {
    return null;
  }
}

/** Of any value that is neither map nor array, its tag included. */
function leafBytes(view: DataView, at: number): number {
  const tag = view.getUint8(at);
  if (tag <= 0x7f || tag >= 0xe0) return 1;
  if (tag <= 0xbf) return 1 + (tag & 31);
  if (tag <= 0xc3) return 1;
  // bin, ext and str with a length of 1, 2 or 4 bytes; an ext has its type besides.
  if (tag <= 0xc9 || (tag >= 0xd9 && tag <= 0xdb)) {
    const sizeClass = tag <= 0xc6 ? tag - 0xc4 : tag <= 0xc9 ? tag - 0xc7 : tag - 0xd9;
    const extra = tag >= 0xc7 && tag <= 0xc9 ? 1 : 0;
    if (sizeClass === 0) return 2 + extra + view.getUint8(at + 1);
    return sizeClass === 1 ? 3 + extra + view.getUint16(at + 1) : 5 + extra + view.getUint32(at + 1);
  }
  if (tag >= 0xd4 && tag <= 0xd8) return 2 + (1 << (tag - 0xd4));
  const numberBytes: Readonly<Record<number, number>> = { 202: 5, 203: 9, 204: 2, 205: 3, 206: 5, 207: 9 };
  return numberBytes[tag] ?? 1 + (1 << (tag - 0xd0));
}

export function encodeWire(root: WireNode): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const write = (node: WireNode) => {
    if (node.kind === 'bytes') {
      parts.push(node.bytes);
      return;
    }
    const isMap = node.kind === 'map';
    const count = (isMap ? node.entries : node.items).length + node.lie;
    parts.push(header(isMap ? 0x80 : 0x90, isMap ? 0xde : 0xdc, count, node.countBytes));
    if (isMap) for (const [key, value] of node.entries) [key, value].forEach(write);
    else for (const item of node.items) write(item);
  };
  write(root);
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function header(fixTag: number, wideTag: number, claimed: number, countBytes: 0 | 2 | 4): Uint8Array {
  const count = Math.max(0, claimed);
  if (countBytes === 0 && count <= 15) return Uint8Array.of(fixTag | count);
  if (countBytes !== 4 && count <= 0xffff) return Uint8Array.of(wideTag, count >> 8, count & 255);
  const bytes = new Uint8Array(5);
  bytes[0] = wideTag + 1;
  new DataView(bytes.buffer).setUint32(1, count);
  return bytes;
}

/** Every place where a value stands, with the means to put another there. */
export interface WirePlace {
  readonly node: WireNode;
  /** Absent at the root, which has no list around it. */
  readonly remove?: () => void;
  readonly repeat?: () => void;
  readonly replace: (node: WireNode) => void;
}

export function placesOf(root: WireNode, replaceRoot: (node: WireNode) => void): WirePlace[] {
  const places: WirePlace[] = [];
  const visit = (place: WirePlace) => {
    places.push(place);
    const { node } = place;
    if (node.kind === 'array') {
      node.items.forEach((item, index) => {
        visit({
          node: item,
          remove: () => void node.items.splice(index, 1),
          repeat: () => void node.items.splice(index, 0, item),
          replace: (other) => void node.items.splice(index, 1, other),
        });
      });
    }
    if (node.kind !== 'map') return;
    node.entries.forEach((entry, index) => {
      const remove = () => void node.entries.splice(index, 1);
      const repeat = () => void node.entries.splice(index, 0, entry);
      entry.forEach((half, side) => {
        visit({
          node: half,
          remove,
          repeat,
          replace: (other) => {
            const changed: [WireNode, WireNode] = side === 0 ? [other, entry[1]] : [entry[0], other];
            node.entries.splice(index, 1, changed);
          },
        });
      });
    });
  };
  visit({ node: root, replace: replaceRoot });
  return places;
}
