import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface KeptFile {
  readonly bytes: Uint8Array;
  /** Of the content, hex. */
  readonly sha256: string;
}

export interface KeptFiles {
  /** null where there is no such file. The caller has made sure that the path stays in the folder. */
  read(relativePath: string): Promise<KeptFile | null>;
  readonly keptBytes: number;
}

interface Entry {
  /** Changes with the file. */
  readonly stamp: string;
  readonly sizeBytes: number;
  readonly file: Promise<KeptFile | null>;
}

/**
 * Files of a folder, read when first asked for and kept until they change. Past `maxBytes` the file that was not asked
 * for longest goes. Readers at the same time share one reading, and one copy.
 */
export function createKeptFiles(folder: string, maxBytes: number): KeptFiles {
  // A Map keeps the order of insertion: the first is the one not asked for longest.
  const entries = new Map<string, Entry>();
  let keptBytes = 0;

  function drop(path: string, entry: Entry): void {
    if (entries.get(path) !== entry) return;
    entries.delete(path);
    keptBytes -= entry.sizeBytes;
  }

  function keep(path: string, entry: Entry): void {
    entries.set(path, entry);
    keptBytes += entry.sizeBytes;
    for (const [oldest, old] of entries) {
      if (keptBytes <= maxBytes || oldest === path) break;
      drop(oldest, old);
    }
  }

  return {
    get keptBytes() {
      return keptBytes;
    },
    async read(relativePath) {
      const path = join(folder, relativePath);
      const found = await stat(path).catch(absent);
      const known = entries.get(relativePath);
      if (known !== undefined) drop(relativePath, known);
      if (found === null || !found.isFile()) return null;
      const stamp = `${found.ino} ${found.size} ${found.mtimeMs}`;
      const entry: Entry =
        known?.stamp === stamp ? known : { stamp, sizeBytes: found.size, file: readWhole(path) };
      keep(relativePath, entry);
      try {
        const file = await entry.file;
        if (file === null) drop(relativePath, entry);
        return file;
      } catch (thrown) {
        drop(relativePath, entry);
        throw thrown;
      }
    },
  };
}

async function readWhole(path: string): Promise<KeptFile | null> {
  const bytes = await readFile(path).catch(absent);
  if (bytes === null) return null;
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function absent(thrown: unknown): null {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return null;
  throw thrown;
}
