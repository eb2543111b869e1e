const TABLE_ENTRY_BYTES = 16;
const CHECKSUM_MAGIC = 0xb1b0afba;

/** Tables by their tag, as a TrueType file: directory, tables in the order of their tags, and the sums that readers check. */
export function assembleFont(tables: Readonly<Record<string, Buffer>>): Buffer {
  const entries = Object.entries(tables).sort(([a], [b]) => (a < b ? -1 : 1));
  const power = 2 ** Math.floor(Math.log2(entries.length));
  const directory = Buffer.alloc(12 + TABLE_ENTRY_BYTES * entries.length);
  directory.writeUInt32BE(0x00010000, 0);
  directory.writeUInt16BE(entries.length, 4);
  directory.writeUInt16BE(16 * power, 6);
  directory.writeUInt16BE(Math.log2(power), 8);
  directory.writeUInt16BE(16 * (entries.length - power), 10);
  const parts: Buffer[] = [directory];
  let offset = directory.length;
  let headOffset = 0;
  entries.forEach(([tag, data], index) => {
    const padded = padded4(data);
    const at = 12 + TABLE_ENTRY_BYTES * index;
    directory.write(tag, at, 'latin1');
    directory.writeUInt32BE(checksum(padded), at + 4);
    directory.writeUInt32BE(offset, at + 8);
    directory.writeUInt32BE(data.length, at + 12);
    if (tag === 'head') headOffset = offset;
    offset += padded.length;
    parts.push(padded);
  });
  const font = Buffer.concat(parts);
  font.writeUInt32BE((CHECKSUM_MAGIC - checksum(font)) >>> 0, headOffset + 8);
  return font;
}

export function padded4(data: Buffer): Buffer {
  return data.length % 4 === 0 ? data : Buffer.concat([data, Buffer.alloc(4 - (data.length % 4))]);
}

/** Glyphs one after the other (`glyf`), and where each begins (`loca`, 32 bits). */
export function glyphTables(glyphs: readonly Buffer[]): { readonly glyf: Buffer; readonly loca: Buffer } {
  const loca = Buffer.alloc(4 * (glyphs.length + 1));
  let offset = 0;
  glyphs.forEach((glyph, index) => {
    offset += glyph.length;
    loca.writeUInt32BE(offset, 4 * (index + 1));
  });
  return { glyf: Buffer.concat(glyphs), loca };
}

function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4) sum = (sum + bytes.readUInt32BE(at)) >>> 0;
  return sum;
}
