import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const COMPRESSED = /\.(?:js|mjs|css|html|svg|json|txt|wasm)$/;
/** What takes long is compressed less hard: a first start waits for it. */
const LARGE_BYTES = 512 * 1024;
/** Below it the headers outweigh the gain. */
const LEAST_BYTES = 256;

/**
 * Writes a `.br` and a `.gz` beside every text and WebAssembly file. What an earlier build has compressed under the same
 * hashed name is taken from there.
 */
export async function compressFiles(folder: string, earlierFolder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true });
  const wanted = names.filter((name) => COMPRESSED.test(name) && !`${sep}${name}`.includes(`${sep}.`));
  await Promise.all(wanted.map((name) => compressFile(folder, name, earlierFolder)));
}

async function compressFile(folder: string, name: string, earlierFolder: string): Promise<void> {
  const content = await readFile(join(folder, name));
  if (content.byteLength < LEAST_BYTES) return;
  const isHashed = name.startsWith(`assets${sep}`);
  const isLarge = content.byteLength > LARGE_BYTES;
  await Promise.all(
    (
      [
        ['.br', () => brotli(content, isLarge)],
        ['.gz', () => promisify(gzip)(content, { level: isLarge ? 6 : 9 })],
      ] as const
    ).map(async ([ending, compress]) => {
      const target = join(folder, name + ending);
      if (isHashed && (await copied(join(earlierFolder, name + ending), target))) return;
      const smaller = await compress();
      if (smaller.byteLength < content.byteLength) await writeFile(target, smaller);
    }),
  );
}

function brotli(content: Buffer, isLarge: boolean): Promise<Buffer> {
  return promisify(brotliCompress)(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: isLarge ? 5 : 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.byteLength,
    },
  });
}

function copied(from: string, to: string): Promise<boolean> {
  return copyFile(from, to).then(
    () => true,
    () => false,
  );
}
