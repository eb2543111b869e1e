import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A dot file: never served. */
const STAMP_FILE = '.build.json';

/** The stamp of the sources that a folder was built from; null where nothing is built. */
export async function readBuildStamp(folder: string): Promise<string | null> {
  try {
    const { sources } = JSON.parse(await readFile(join(folder, STAMP_FILE), 'utf8')) as { sources?: unknown };
    return typeof sources === 'string' ? sources : null;
  } catch {
    return null; // Not there or not ours: it is built anew.
  }
}

export function writeBuildStamp(folder: string, sources: string): Promise<void> {
  return writeFile(join(folder, STAMP_FILE), `${JSON.stringify({ sources })}\n`);
}
