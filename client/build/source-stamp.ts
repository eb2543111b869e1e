import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** All that the built client is made of. */
const SOURCES = [
  'client',
  'src/protocol',
  'src/vision',
  'src/guidance',
  'src/synthetic',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

/** A hash over names and content: another one means that a build would be another. */
export async function sourceStamp(projectFolder: string): Promise<string> {
  const paths = (await Promise.all(SOURCES.map((path) => filesOf(projectFolder, path)))).flat().sort();
  const hash = createHash('sha256');
  for (const path of paths) {
    const content = await readFile(join(projectFolder, path));
    hash.update(`${path}\0${content.byteLength}\0`).update(content);
  }
  return hash.digest('hex');
}

async function filesOf(projectFolder: string, path: string): Promise<string[]> {
  const entries = await readdir(join(projectFolder, path), { withFileTypes: true }).catch(
    (thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOTDIR') return null;
      throw thrown;
    },
  );
  if (entries === null) return [path];
  const inner = entries
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .map((entry) =>
      entry.isDirectory() ? filesOf(projectFolder, `${path}/${entry.name}`) : [`${path}/${entry.name}`],
    );
  return (await Promise.all(inner)).flat();
}
