import type { SeededRandom } from '../seeded-random.ts';
import { oddFragment } from './wire-fragments.ts';
import { encodeWire, parseWire, placesOf, type WireNode, type WirePlace } from './wire-tree.ts';

const MAX_MESSAGE_BYTES = 64 * 1024;
const COUNT_LIES: readonly number[] = [-1, 1, 2, 100, 65_535, 2 ** 31, 2 ** 32 - 20];

/** A message that differs from `original` in one to four places: in its structure, in its bytes, or both. */
export function mutateMessage(
  original: Uint8Array,
  corpus: readonly Uint8Array[],
  random: SeededRandom,
): Uint8Array {
  const changes = 1 + random.int(random.chance(0.7) ? 2 : 4);
  let bytes = original;
  for (let change = 0; change < changes; change++) {
    const tree = random.chance(0.75) ? parseWire(bytes) : null;
    bytes =
      tree === null
        ? mutateBytes(bytes, random)
        : mutateTree(tree, () => parseWire(random.pick(corpus)), random);
    if (bytes.length > MAX_MESSAGE_BYTES * 4) break;
  }
  return bytes;
}

/** One change of structure: the rest of the message stays well-formed, so that it comes far. */
function mutateTree(tree: WireNode, another: () => WireNode | null, random: SeededRandom): Uint8Array {
  let root = tree;
  const places = placesOf(tree, (node) => {
    root = node;
  });
  const place = random.pick(places);
  const odd = (): WireNode => ({ kind: 'bytes', bytes: oddFragment(random) });
  switch (random.int(9)) {
    case 0:
      place.remove?.();
      break;
    case 1:
      place.repeat?.();
      break;
    case 2: {
      const other = another();
      if (other !== null) place.replace(random.pick(placesOf(other, () => {})).node);
      break;
    }
    case 3: {
      const { node } = place;
      const inside: WireNode = random.chance(0.5)
        ? { kind: 'array', items: [node], lie: 0, countBytes: 0 }
        : { kind: 'map', entries: [[odd(), node]], lie: 0, countBytes: 0 };
      place.replace(inside);
      break;
    }
    case 4:
      lie(places, random);
      break;
    case 5: {
      const map = random.pick(places).node;
      if (map.kind === 'map') map.entries.splice(random.int(map.entries.length + 1), 0, [odd(), odd()]);
      break;
    }
    default:
      place.replace(odd());
  }
  return encodeWire(root);
}

/** A header that is wider than it need be, or claims another count than there is. */
function lie(places: readonly WirePlace[], random: SeededRandom): void {
  const containers = places.map(({ node }) => node).filter((node) => node.kind !== 'bytes');
  if (containers.length === 0) return;
  const node = random.pick(containers);
  node.countBytes = random.pick([0, 2, 4] as const);
  if (random.chance(0.5)) node.lie = random.pick(COUNT_LIES);
}

function mutateBytes(original: Uint8Array, random: SeededRandom): Uint8Array {
  const bytes = original.slice();
  const at = random.int(bytes.length + 1);
  switch (random.int(8)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return joined(bytes, oddFragment(random));
    case 2: {
      const fragment = oddFragment(random);
      return joined(bytes.subarray(0, at), fragment, bytes.subarray(at + random.int(fragment.length + 1)));
    }
    case 3:
      return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + random.int(8)));
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(Math.max(0, at - random.int(16))));
    case 5: {
      if (at < bytes.length) bytes[at] = random.int(256);
      return bytes;
    }
    default: {
      if (at < bytes.length) bytes[at]! ^= 1 << random.int(8);
      return bytes;
    }
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
