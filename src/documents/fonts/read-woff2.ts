import { brotliDecompressSync } from 'node:zlib';
import { ByteReader } from './byte-reader.ts';
import { assembleFont, glyphTables } from './sfnt.ts';
import { leftEdgeOf, readGlyphs } from './woff2-glyphs.ts';

const SIGNATURE = 0x774f4632;
/** The tags that a directory names by their number. */
const KNOWN_TAGS = (
  'cmap head hhea hmtx maxp name OS/2 post cvt_ fpgm glyf loca prep CFF_ VORG EBDT EBLC gasp hdmx kern LTSH PCLT ' +
  'VDMX vhea vmtx BASE GDEF GPOS GSUB EBSC JSTF MATH CBDT CBLC COLR CPAL SVG_ sbix acnt avar bdat bloc bsln cvar ' +
  'fdsc feat fmtx fvar gvar hsty just lcar mort morx opbd prop trak Zapf Silf Glat Gloc Feat Sill'
)
  .split(' ')
  .map((tag) => tag.replace('_', ' '));

/**
 * A WOFF2 file as the TrueType font that it was made of, without instructions. fontkit reads WOFF2 too, but then cannot
 * make an instance of a variable font. Throws where the file is not a TrueType font in WOFF2.
 * @see https://www.w3.org/TR/WOFF2/
 */
export function readWoff2(file: Uint8Array): Buffer {
  const reader = new ByteReader(Buffer.from(file.buffer, file.byteOffset, file.byteLength));
  if (reader.uint32() !== SIGNATURE) throw new Error('not a WOFF2 file');
  reader.take(8);
  const tableCount = reader.uint16();
  reader.take(6);
  const compressedBytes = reader.uint32();
  reader.take(24);
  const entries = Array.from({ length: tableCount }, () => readEntry(reader));

  const data = new ByteReader(brotliDecompressSync(reader.take(compressedBytes)));
  const stored = new Map(entries.map((entry) => [entry.tag, { ...entry, bytes: data.take(entry.bytes) }]));
  const tables = Object.fromEntries(Array.from(stored, ([tag, { bytes }]) => [tag, bytes]));
  for (const tag of ['cvt ', 'fpgm', 'prep', 'DSIG']) delete tables[tag];
  if (!stored.get('glyf')?.transformed) return assembleFont(tables);

  const glyphs = readGlyphs(tables.glyf!);
  Object.assign(tables, glyphTables(glyphs));
  tables.head = Buffer.from(tables.head!);
  tables.head.writeInt16BE(1, 50);
  if (stored.get('hmtx')!.transformed) {
    tables.hmtx = readMetrics(tables.hmtx!, glyphs, tables.hhea!.readUInt16BE(34));
  }
  return assembleFont(tables);
}

function readEntry(reader: ByteReader): { tag: string; bytes: number; transformed: boolean } {
  const flags = reader.uint8();
  const number = flags & 0x3f;
  const tag = number === 0x3f ? reader.take(4).toString('latin1') : KNOWN_TAGS[number]!;
  const version = flags >> 6;
  // For glyphs, version 3 is the untransformed one; for every other table it is 0.
  const transformed = tag === 'glyf' || tag === 'loca' ? version !== 3 : version !== 0;
  const original = reader.base128();
  return { tag, bytes: transformed ? reader.base128() : original, transformed };
}

/** Advances, and left bearings where they are not simply the outline's left edge. */
function readMetrics(bytes: Buffer, glyphs: readonly Buffer[], metricCount: number): Buffer {
  const reader = new ByteReader(bytes);
  const flags = reader.uint8();
  const advances = Array.from({ length: metricCount }, () => reader.uint16());
  const bearings = glyphs.map((glyph, index) =>
    (flags & (index < metricCount ? 1 : 2)) !== 0 ? leftEdgeOf(glyph) : reader.int16(),
  );
  const hmtx = Buffer.alloc(2 * metricCount + 2 * glyphs.length);
  let at = 0;
  bearings.forEach((bearing, index) => {
    if (index < metricCount) at = hmtx.writeUInt16BE(advances[index]!, at);
    at = hmtx.writeInt16BE(bearing, at);
  });
  return hmtx;
}
