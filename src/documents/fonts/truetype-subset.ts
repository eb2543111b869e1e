import type { Font, Glyph } from 'fontkit';
import { encodeOutline, type GlyphOutline } from './glyph-outline.ts';
import { assembleFont, glyphTables } from './sfnt.ts';

/** What PDFKit asks of a subset. */
export interface FontSubset {
  /** The glyph's number in the subset; 0 is the missing glyph. */
  includeGlyph(glyph: number | Glyph): number;
  encode(): Uint8Array;
}

/**
 * The glyphs of a font that a document uses, as a TrueType font of its own, from their outlines. fontkit's own subset
 * cannot: 2.0.4 throws on every glyph of a variable font's instance.
 */
export function createTrueTypeSubset(font: Font): FontSubset {
  const glyphs: number[] = [];
  const places = new Map<number, number>();
  const includeGlyph = (glyph: number | Glyph): number => {
    const id = typeof glyph === 'number' ? glyph : glyph.id;
    const known = places.get(id);
    if (known !== undefined) return known;
    places.set(id, glyphs.length);
    glyphs.push(id);
    return glyphs.length - 1;
  };
  includeGlyph(0);
  return {
    includeGlyph,
    encode: () =>
      encodeFont(
        font,
        glyphs.map((id) => font.getGlyph(id)),
      ),
  };
}

function encodeFont(font: Font, glyphs: readonly Glyph[]): Uint8Array {
  const outlines = glyphs.map(outlineOf);
  const hmtx = Buffer.alloc(4 * glyphs.length);
  glyphs.forEach(({ advanceWidth }, index) => {
    hmtx.writeUInt16BE(unsigned(advanceWidth), 4 * index);
    const left = outlines[index]!.points.map(({ x }) => x);
    hmtx.writeInt16BE(left.length === 0 ? 0 : Math.min(...left), 4 * index + 2);
  });
  return assembleFont({
    ...glyphTables(outlines.map(encodeOutline)),
    hmtx,
    head: headTable(font),
    hhea: hheaTable(font, glyphs.length),
    maxp: maxpTable(outlines),
  });
}

function outlineOf({ path }: Glyph): GlyphOutline {
  const ends: number[] = [];
  const points: { x: number; y: number; onCurve: boolean }[] = [];
  let first = 0;
  const add = (x = 0, y = 0, onCurve: boolean) =>
    points.push({ x: Math.round(x), y: Math.round(y), onCurve });
  const close = () => {
    // A contour closes itself: a last point on the first would be there twice.
    const [start, last] = [points[first], points.at(-1)];
    if (points.length - first > 1 && last!.onCurve && last!.x === start!.x && last!.y === start!.y)
      points.pop();
    if (points.length > first) ends.push(points.length - 1);
    first = points.length;
  };
  for (const { command, args } of path.commands) {
    if (command === 'moveTo') close();
    if (command === 'moveTo' || command === 'lineTo') add(args[0], args[1], true);
    if (command === 'quadraticCurveTo') {
      add(args[0], args[1], false);
      add(args[2], args[3], true);
    }
  }
  close();
  return { ends, points };
}

function headTable({ unitsPerEm, bbox }: Font): Buffer {
  const head = Buffer.alloc(54);
  head.writeUInt32BE(0x00010000, 0);
  head.writeUInt32BE(0x5f0f3cf5, 12);
  head.writeUInt16BE(unitsPerEm, 18);
  [bbox.minX, bbox.minY, bbox.maxX, bbox.maxY].forEach((value, index) => {
    head.writeInt16BE(value, 36 + 2 * index);
  });
  head.writeUInt16BE(8, 46);
  head.writeInt16BE(2, 48);
  head.writeInt16BE(1, 50);
  return head;
}

function hheaTable({ ascent, descent, bbox }: Font, count: number): Buffer {
  const hhea = Buffer.alloc(36);
  hhea.writeUInt32BE(0x00010000, 0);
  hhea.writeInt16BE(Math.round(ascent), 4);
  hhea.writeInt16BE(Math.round(descent), 6);
  hhea.writeUInt16BE(unsigned(bbox.maxX), 10);
  hhea.writeInt16BE(1, 18);
  hhea.writeUInt16BE(count, 34);
  return hhea;
}

function maxpTable(outlines: readonly GlyphOutline[]): Buffer {
  const maxp = Buffer.alloc(32);
  maxp.writeUInt32BE(0x00010000, 0);
  maxp.writeUInt16BE(outlines.length, 4);
  maxp.writeUInt16BE(Math.max(...outlines.map(({ points }) => points.length)), 6);
  maxp.writeUInt16BE(Math.max(...outlines.map(({ ends }) => ends.length)), 8);
  maxp.writeUInt16BE(1, 14);
  return maxp;
}

function unsigned(value: number): number {
  return Math.max(0, Math.min(0xffff, Math.round(value)));
}
