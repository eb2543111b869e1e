/** A frame's message without its picture, which follows as it lies in memory: nothing is copied or encoded twice. */
export type FrameMessageHead = (seq: number, capturedAtMs: number) => Uint8Array;

const MAP_OF_7 = 0x87;
const UINT32 = 0xce;
const FLOAT64 = 0xcb;
const UINT16 = 0xcd;
const BIN32 = 0xc6;

export interface FramePicture {
  readonly width: number;
  readonly height: number;
  readonly format: 'jpeg' | 'webp';
  readonly data: Uint8Array;
}

/**
 * Prepares the MessagePack map of a `frame` with this picture. Only `seq` and `capturedAtMs` change from frame to frame;
 * their places are fixed because both are written in their widest form.
 */
export function createFrameMessageHead({ width, height, format, data }: FramePicture): FrameMessageHead {
  const parts: Buffer[] = [Buffer.of(MAP_OF_7), text('type'), text('frame'), text('seq'), Buffer.of(UINT32)];
  const seqAt = lengthOf(parts);
  parts.push(Buffer.alloc(4), text('capturedAtMs'), Buffer.of(FLOAT64));
  const capturedAt = lengthOf(parts);
  parts.push(Buffer.alloc(8), text('width'), uint16(width), text('height'), uint16(height));
  parts.push(text('format'), text(format), text('data'), bin32(data.length));
  const template = Buffer.concat(parts);
  return (seq, capturedAtMs) => {
    // New memory for each: the socket may still hold the one before.
    const head = Buffer.from(template);
    head.writeUInt32BE(seq, seqAt);
    head.writeDoubleBE(capturedAtMs, capturedAt);
    return head;
  };
}

function lengthOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** A fixstr: below 32 bytes, as all of these are. */
function text(value: string): Buffer {
  return Buffer.concat([Buffer.of(0xa0 | value.length), Buffer.from(value, 'latin1')]);
}

function uint16(value: number): Buffer {
  return Buffer.of(UINT16, value >> 8, value & 0xff);
}

function bin32(length: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes[0] = BIN32;
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

/** One prepared message a picture, however many sessions send it. */
export function createHeads(): (picture: FramePicture) => FrameMessageHead {
  const heads = new WeakMap<FramePicture, FrameMessageHead>();
  return (picture) => {
    const known = heads.get(picture);
    if (known !== undefined) return known;
    const head = createFrameMessageHead(picture);
    heads.set(picture, head);
    return head;
  };
}
