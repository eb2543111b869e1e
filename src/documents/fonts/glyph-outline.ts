import { padded4 } from './sfnt.ts';

/** A simple glyph: closed contours of quadratic curves, in units of the font. */
export interface GlyphOutline {
  /** The index of each contour's last point. */
  readonly ends: readonly number[];
  readonly points: readonly { readonly x: number; readonly y: number; readonly onCurve: boolean }[];
}

const ON_CURVE = 1;

/** Without instructions, four bytes a point; empty for a glyph without points. */
export function encodeOutline({ ends, points }: GlyphOutline): Buffer {
  if (points.length === 0) return Buffer.alloc(0);
  const x = points.map((point) => point.x);
  const y = points.map((point) => point.y);
  const header = Buffer.alloc(10 + 2 * ends.length + 2);
  [ends.length, Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)].forEach((value, index) => {
    header.writeInt16BE(value, 2 * index);
  });
  ends.forEach((end, index) => {
    header.writeUInt16BE(end, 10 + 2 * index);
  });
  const flags = Buffer.from(points.map(({ onCurve }) => (onCurve ? ON_CURVE : 0)));
  return padded4(Buffer.concat([header, flags, differences(x), differences(y)]));
}

function differences(values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(2 * values.length);
  values.forEach((value, index) => {
    buffer.writeInt16BE(value - (values[index - 1] ?? 0), 2 * index);
  });
  return buffer;
}
