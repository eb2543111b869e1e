import { ByteReader } from './byte-reader.ts';
import { encodeOutline } from './glyph-outline.ts';
import { padded4 } from './sfnt.ts';

const MORE_COMPONENTS = 0x20;
const HAS_INSTRUCTIONS = 0x100;

interface GlyphStreams {
  readonly contours: ByteReader;
  readonly pointCounts: ByteReader;
  readonly flags: ByteReader;
  readonly coordinates: ByteReader;
  readonly composites: ByteReader;
  readonly boxes: ByteReader;
  readonly hasBox: (glyph: number) => boolean;
}

/** The glyphs of a transformed `glyf` table, each as TrueType has it, without instructions. */
export function readGlyphs(table: Buffer): readonly Buffer[] {
  const header = new ByteReader(table);
  header.take(4);
  const count = header.uint16();
  header.take(2);
  const lengths = Array.from({ length: 7 }, () => header.uint32());
  const [contours, pointCounts, flags, coordinates, composites, boxes] = lengths.map((length) =>
    header.take(length),
  );
  const bitmapBytes = 4 * Math.ceil(count / 32);
  const streams: GlyphStreams = {
    contours: new ByteReader(contours!),
    pointCounts: new ByteReader(pointCounts!),
    flags: new ByteReader(flags!),
    coordinates: new ByteReader(coordinates!),
    composites: new ByteReader(composites!),
    boxes: new ByteReader(boxes!.subarray(bitmapBytes)),
    hasBox: (glyph) => (boxes![glyph >> 3]! & (0x80 >> (glyph & 7))) !== 0,
  };
  return Array.from({ length: count }, (_, glyph) => readGlyph(glyph, streams));
}

/** 0 for an empty glyph. */
export function leftEdgeOf(glyph: Buffer): number {
  return glyph.length === 0 ? 0 : glyph.readInt16BE(2);
}

function readGlyph(glyph: number, streams: GlyphStreams): Buffer {
  const contourCount = streams.contours.int16();
  if (contourCount < 0) return readComposite(streams);
  if (contourCount === 0) return Buffer.alloc(0);

  let total = 0;
  const ends = Array.from({ length: contourCount }, () => {
    total += streams.pointCounts.short255();
    return total - 1;
  });
  let [x, y] = [0, 0];
  const points = Array.from({ length: total }, () => {
    const flag = streams.flags.uint8();
    const [dx, dy] = readStep(flag & 0x7f, streams.coordinates);
    x += dx;
    y += dy;
    return { x, y, onCurve: flag < 0x80 };
  });
  // The length of the instructions, which are left out.
  streams.coordinates.short255();
  const encoded = encodeOutline({ ends, points });
  if (streams.hasBox(glyph)) streams.boxes.take(8).copy(encoded, 2);
  return encoded;
}

/** A glyph made of others always has its box told. */
function readComposite({ composites, coordinates, boxes }: GlyphStreams): Buffer {
  const parts: Buffer[] = [Buffer.from([0xff, 0xff]), boxes.take(8)];
  let flags: number;
  let hasInstructions = false;
  do {
    flags = composites.uint16();
    hasInstructions ||= (flags & HAS_INSTRUCTIONS) !== 0;
    const start = Buffer.alloc(2);
    start.writeUInt16BE(flags & ~HAS_INSTRUCTIONS);
    parts.push(start, composites.take(componentBytes(flags)));
  } while ((flags & MORE_COMPONENTS) !== 0);
  if (hasInstructions) coordinates.short255();
  return padded4(Buffer.concat(parts));
}

/** Of what follows a component's flags: the glyph, its place, and how it is scaled. */
function componentBytes(flags: number): number {
  const place = (flags & 0x01) !== 0 ? 4 : 2;
  const scale = (flags & 0x08) !== 0 ? 2 : (flags & 0x40) !== 0 ? 4 : (flags & 0x80) !== 0 ? 8 : 0;
  return 2 + place + scale;
}

/** From one point to the next: section 5.2 of the specification, the table of triplets. */
function readStep(flag: number, bytes: ByteReader): readonly [dx: number, dy: number] {
  const signed = (bit: number, value: number) => ((flag >> bit) & 1 ? value : -value);
  const first = bytes.uint8();
  if (flag < 10) return [0, signed(0, ((flag & 14) << 7) + first)];
  if (flag < 20) return [signed(0, (((flag - 10) & 14) << 7) + first), 0];
  if (flag < 84) {
    const rest = flag - 20;
    return [
      signed(0, 1 + (rest & 0x30) + (first >> 4)),
      signed(1, 1 + ((rest & 0x0c) << 2) + (first & 0x0f)),
    ];
  }
  const second = bytes.uint8();
  if (flag < 120) {
    const rest = flag - 84;
    const high = Math.floor(rest / 12) << 8;
    return [signed(0, 1 + high + first), signed(1, 1 + (((rest % 12) >> 2) << 8) + second)];
  }
  const third = bytes.uint8();
  if (flag < 124) return [signed(0, (first << 4) + (second >> 4)), signed(1, ((second & 0x0f) << 8) + third)];
  return [signed(0, (first << 8) + second), signed(1, (third << 8) + bytes.uint8())];
}
