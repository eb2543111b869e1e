/** What stands behind `Exif\0\0`: a TIFF header and one directory with the orientation. Any value, legal or not. */
export function exifOf(orientation: number): Buffer {
  return Buffer.concat([Buffer.from('Exif\0\0'), tiffOf(orientation)]);
}

export function tiffOf(orientation: number): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('II*\0', 0, 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(1, 8);
  writeEntry(tiff, 10, { tag: 0x0112, type: 3, count: 1, value: orientation });
  return tiff;
}

/** Directories that are their own successors and each other's children, with values that claim gigabytes. */
export function recursiveExif(): Buffer {
  const entries = 200;
  const tiff = Buffer.alloc(8 + 2 + entries * 12 + 4);
  tiff.write('II*\0', 0, 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(entries, 8);
  for (let i = 0; i < entries; i++) {
    // EXIF and GPS directories that begin where this one does, then values of any length.
    const entry =
      i < 100
        ? { tag: i % 2 === 0 ? 0x8769 : 0x8825, type: 4, count: 1, value: 8 }
        : { tag: 0x9000 + i, type: 2, count: 0x7fffffff, value: 0xfffffff0 };
    writeEntry(tiff, 10 + i * 12, entry);
  }
  tiff.writeUInt32LE(8, 10 + entries * 12);
  return Buffer.concat([Buffer.from('Exif\0\0'), tiff]);
}

function writeEntry(
  tiff: Buffer,
  at: number,
  entry: { readonly tag: number; readonly type: number; readonly count: number; readonly value: number },
): void {
  tiff.writeUInt16LE(entry.tag, at);
  tiff.writeUInt16LE(entry.type, at + 2);
  tiff.writeUInt32LE(entry.count, at + 4);
  tiff.writeUInt32LE(entry.value, at + 8);
}
