import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const ATTEMPTS = 20;
/** No build takes this long. */
const ABANDONED_MS = 10 * 60_000;

/**
 * Makes a whole folder in place of another. `fill` is given a folder beside it; only when that is complete it takes the
 * other's name, so that readers never see half of one, and of two that do this at once the later wins.
 */
export async function replaceFolder(
  folder: string,
  fill: (draftFolder: string) => Promise<void>,
): Promise<void> {
  const draft = `${folder}.${randomUUID()}.draft`;
  await mkdir(dirname(folder), { recursive: true });
  await removeAbandoned(folder);
  try {
    await mkdir(draft);
    await fill(draft);
    await takePlace(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function takePlace(draft: string, folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const old = `${folder}.${randomUUID()}.draft`;
    await rename(folder, old).catch(unlessCode('ENOENT'));
    try {
      await rename(draft, folder);
      return;
    } catch (thrown) {
      // Another build has put its own there in between: that one gives way.
      if (attempt === ATTEMPTS) throw thrown;
      unlessCode('ENOTEMPTY', 'EEXIST')(thrown);
    } finally {
      await rm(old, { recursive: true, force: true });
    }
  }
}

function unlessCode(...codes: readonly string[]): (thrown: unknown) => void {
  return (thrown) => {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
    if (!codes.includes(code)) throw thrown;
  };
}

/** What builds have left that were killed. */
async function removeAbandoned(folder: string): Promise<void> {
  const parent = dirname(folder);
  const names = (await readdir(parent)).filter(
    (name) => name.startsWith(`${basename(folder)}.`) && name.endsWith('.draft'),
  );
  for (const path of names.map((name) => join(parent, name))) {
    const found = await stat(path).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > ABANDONED_MS)
      await rm(path, { recursive: true, force: true });
  }
}
