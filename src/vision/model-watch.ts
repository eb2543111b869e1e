import { watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ACTIVE_FILE } from './active-models.ts';

/** Tells when other versions of models may be in use than before. */
export interface ModelWatch {
  /** Gives what ends it. */
  onChange(listener: () => void): () => void;
}

const FILES = [ACTIVE_FILE, 'manifest.json'];
const POLL_MS = 2000;

/**
 * Watches a models folder, whoever changes it: events of the file system where it has them, and a look at the files every
 * two seconds where it has not, as on a folder that several machines share. Keeps no process alive.
 */
export function watchModels(
  modelsFolder: string,
  { pollMs = POLL_MS }: { readonly pollMs?: number } = {},
): ModelWatch & {
  /** Looks now; resolves when whoever listens has been told. */
  looked(): Promise<void>;
  close(): void;
} {
  const listeners = new Set<() => void>();
  let known: string | null = null;
  let looking: Promise<void> = Promise.resolve();
  let closed = false;

  async function look(): Promise<void> {
    const found = (await Promise.all(FILES.map((name) => stateOf(join(modelsFolder, name))))).join();
    const isChange = known !== null && found !== known;
    known = found;
    if (isChange && !closed) for (const listener of [...listeners]) listener();
  }
  const looked = () => {
    looking = looking.then(look);
    return looking;
  };
  const lookSoon = () => void looked();

  lookSoon();
  const timer = setInterval(lookSoon, pollMs);
  timer.unref();
  const events = watchFolder(modelsFolder, lookSoon);
  return {
    looked,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      closed = true;
      clearInterval(timer);
      events?.close();
    },
  };
}

/** null where there are no such events: the polls see it. */
function watchFolder(folder: string, onEvent: () => void): { close(): void } | null {
  try {
    const watcher = watch(folder, { persistent: false }, (_type, name) => {
      if (name === null || FILES.includes(name)) onEvent();
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}

/** Changes with the file: each replacement is another file. */
async function stateOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(path);
    return `${ino}:${size}:${mtimeMs}`;
  } catch {
    return 'none';
  }
}
