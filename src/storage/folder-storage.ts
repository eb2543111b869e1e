import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, opendir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FramegateError } from '../protocol/framegate-error.ts';
import { checkKey, contentTypeOf } from './object-key.ts';
import type { ListedObject, ObjectStorage } from './types.ts';

/** Half-written files; never listed, never served. */
const TEMPORARY = '.tmp-';
/** A half-written file that is older was left by a process that died. */
const LEFT_BEHIND_MS = 3_600_000;

/** Objects as files below a folder, which is made where it is missing. */
export function createFolderStorage(folder: string): ObjectStorage {
  const pathOf = (key: string) => join(folder, ...checkKey(key).split('/'));
  /** Folders that this process has cleared of what others left behind. */
  const cleared = new Set<string>();

  async function prepare(path: string): Promise<void> {
    await mkdir(path, { recursive: true });
    if (cleared.has(path)) return;
    cleared.add(path);
    // Whatever stands in the way of it does not stand in the way of the new file.
    await removeLeftBehind(path).catch(() => {});
  }

  return {
    name: 'folder',
    put: (key, data) =>
      translated(async () => {
        const path = pathOf(key);
        await prepare(dirname(path));
        const temporary = join(dirname(path), `${TEMPORARY}${randomUUID()}`);
        try {
          const file = await open(temporary, 'wx');
          try {
            await file.writeFile(data);
            // A name that points to nothing after a power cut would be worse than no name.
            await file.sync();
          } finally {
            await file.close();
          }
          await rename(temporary, path);
          await syncFolder(dirname(path));
        } catch (thrown) {
          await rm(temporary, { force: true });
          throw thrown;
        }
      }),
    get: (key) =>
      translated(async () => ({
        data: new Uint8Array(await readFile(pathOf(key))),
        contentType: contentTypeOf(key),
      })),
    remove: (keys) =>
      translated(async () => {
        await Promise.all(keys.map((key) => rm(pathOf(key), { force: true })));
      }),
    list: (prefix) => listed(folder, prefix),
    directUrl: async () => null,
    ping: () =>
      translated(async () => {
        await mkdir(folder, { recursive: true });
        await access(folder, constants.W_OK);
      }),
    close: async () => {},
  };
}

async function removeLeftBehind(folder: string): Promise<void> {
  for await (const { name } of await opendir(folder)) {
    if (!name.startsWith(TEMPORARY)) continue;
    const path = join(folder, name);
    const found = await ifThere(() => stat(path));
    if (found !== null && Date.now() - found.mtimeMs > LEFT_BEHIND_MS) await rm(path, { force: true });
  }
}

/** The new name itself is on the disk only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}

async function* listed(folder: string, prefix: string): AsyncIterable<ListedObject> {
  const pending = [''];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    const path = join(folder, current);
    for (const entry of (await ifThere(() => readdir(path, { withFileTypes: true }))) ?? []) {
      const key = current + entry.name;
      if (entry.isDirectory()) {
        const inside = `${key}/`;
        if (inside.startsWith(prefix) || prefix.startsWith(inside)) pending.push(inside);
      } else if (key.startsWith(prefix) && !entry.name.startsWith(TEMPORARY)) {
        const found = await ifThere(() => stat(join(folder, key)));
        if (found !== null) yield { key, bytes: found.size };
      }
    }
  }
}

/** null for what was removed meanwhile. */
async function ifThere<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await translated(work);
  } catch (thrown) {
    if ((thrown as FramegateError).code === 'object-missing') return null;
    throw thrown;
  }
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof FramegateError) throw thrown;
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new FramegateError('object-missing', 'the stored file is not there', { cause: thrown });
    }
    throw new FramegateError('storage-unavailable', 'the storage folder does not take or give files', {
      retryable: true,
      cause: thrown,
    });
  }
}
