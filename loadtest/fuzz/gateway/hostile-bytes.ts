import { mutateMessage } from '../codec/mutate-message.ts';
import type { SeededRandom } from '../seeded-random.ts';

const LINES: readonly string[] = [
  'GET /v1/stream HTTP/1.1',
  'Host: 127.0.0.1',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: framegate.v1',
];
const ODD_LINES: readonly string[] = [
  'POST /v1/stream HTTP/1.1',
  'GET /v1/stream HTTP/9.9',
  'GET /%00/../v1/stream HTTP/1.1',
  'PRI * HTTP/2.0',
  'Sec-WebSocket-Key: ',
  'Sec-WebSocket-Version: 8',
  'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=99',
  'Content-Length: 18446744073709551615',
  'Transfer-Encoding: chunked',
  'Content-Length: -1',
  'Authorization: Bearer \u0000',
  'X-Forwarded-For: ,,,,1.2.3.4',
  'Origin: null',
  ': no name',
  'no colon',
  ' folded: line',
  `Cookie: ${'a'.repeat(5000)}`,
];
const OPCODES: readonly number[] = [0, 1, 2, 2, 2, 2, 3, 7, 8, 9, 10, 11, 15];
const LYING_LENGTHS: readonly bigint[] = [
  0n,
  125n,
  126n,
  65_536n,
  2n ** 31n,
  2n ** 32n,
  2n ** 63n,
  2n ** 64n - 1n,
];

/** An upgrade request: mostly a right one, so that frames get somewhere. */
export function hostileHandshake(random: SeededRandom): Buffer {
  const lines = [...LINES];
  if (random.chance(0.15)) {
    for (let change = random.between(1, 3); change > 0; change--) {
      const at = random.int(lines.length);
      const kind = random.int(4);
      if (kind === 0) lines.splice(at, 1);
      else if (kind === 1) lines.splice(at, 0, random.pick(ODD_LINES));
      else if (kind === 2) lines[at] = random.pick(ODD_LINES);
      else lines.splice(at, 0, lines[at] ?? '');
    }
  }
  const text = `${lines.join(random.chance(0.02) ? '\n' : '\r\n')}\r\n\r\n`;
  return Buffer.from(random.chance(0.02) ? text.slice(0, random.int(text.length)) : text, 'latin1');
}

/** Frames of one connection, each right or wrong by itself; the first is mostly a hello. */
export function hostileFrames(
  random: SeededRandom,
  count: number,
  messages: readonly Uint8Array[],
): readonly Buffer[] {
  return Array.from({ length: count }, (_, index) => {
    const original = index === 0 ? messages[0]! : random.pick(messages);
    const isKept = random.chance(index === 0 ? 0.9 : 0.4);
    const payload = isKept ? original : mutateMessage(original, messages, random);
    return random.chance(index === 0 ? 0.02 : 0.06) ? oddFrame(random, payload) : frame({ payload });
  });
}

function oddFrame(random: SeededRandom, payload: Uint8Array): Buffer {
  switch (random.int(7)) {
    case 0:
      return frame({ payload, opcode: random.pick(OPCODES) });
    case 1:
      return frame({ payload, reserved: 1 + random.int(7) });
    case 2:
      return frame({ payload, isMasked: false });
    case 3:
      return frame({ payload, claimedBytes: random.pick(LYING_LENGTHS) });
    case 4: {
      // In pieces, with a control frame between them or none.
      const middle = random.int(payload.length + 1);
      const between = random.chance(0.7)
        ? frame({ payload: random.bytes(random.int(130)), opcode: random.pick([8, 9, 10]) })
        : Buffer.alloc(0);
      const first = frame({ payload: payload.subarray(0, middle), isFinal: false });
      return Buffer.concat([first, between, frame({ payload: payload.subarray(middle), opcode: 0 })]);
    }
    case 5:
      return Buffer.concat(
        Array.from({ length: 50 }, () => frame({ payload: Buffer.alloc(0), opcode: 0, isFinal: false })),
      );
    default:
      return Buffer.from(random.bytes(1 + random.int(40)));
  }
}

interface FrameOptions {
  readonly payload: Uint8Array;
  readonly opcode?: number;
  readonly isFinal?: boolean;
  readonly reserved?: number;
  readonly isMasked?: boolean;
  /** Instead of the payload's own length. */
  readonly claimedBytes?: bigint;
}

const MASK = Uint8Array.of(0x12, 0x34, 0x56, 0x78);

function frame(options: FrameOptions): Buffer {
  const { payload, opcode = 2, isFinal = true, reserved = 0, isMasked = true, claimedBytes } = options;
  const length = claimedBytes ?? BigInt(payload.length);
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  const maskBit = isMasked ? 0x80 : 0;
  const head = Buffer.alloc(length < 126n ? 2 : length < 65_536n ? 4 : 10);
  head[0] = first;
  if (length < 126n) head[1] = maskBit | Number(length);
  else if (length < 65_536n) {
    head[1] = maskBit | 126;
    head.writeUInt16BE(Number(length), 2);
  } else {
    head[1] = maskBit | 127;
    head.writeBigUInt64BE(length, 2);
  }
  if (!isMasked) return Buffer.concat([head, payload]);
  const masked = Buffer.from(payload);
  for (let i = 0; i < masked.length; i++) masked[i]! ^= MASK[i & 3]!;
  return Buffer.concat([head, MASK, masked]);
}
