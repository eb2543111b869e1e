import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** An entry of Vite's manifest, by the path of its source. */
interface Chunk {
  readonly file: string;
  readonly name?: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly css?: readonly string[];
}
type Manifest = Readonly<Record<string, Chunk>>;

export interface MeasuredSize {
  readonly name: 'sdk' | 'component' | 'firstLoad';
  readonly title: string;
  /** What a browser loads, relative to the build's folder. */
  readonly files: readonly string[];
  readonly rawBytes: number;
  /** Each file by `gzip -9`. */
  readonly gzipBytes: number;
  /** Kilobytes of 1000 bytes, gzipped, at most. */
  readonly goalKb: number;
}

const PAGE = 'index.html';
/**
 * What the page `import()`s without being asked: the texts of one language (others come in the place of English, not besides
 * it) and the component, while the person reads. test/browser/first-load.test.ts sees that nothing is missing here.
 */
const AT_ONCE = /^locales\/en\/|^component\/index\.ts$/;

/** Measures what the public scripts import, and what the page loads before anything is done. */
export async function measureSizes(folder: string): Promise<MeasuredSize[]> {
  const manifest = JSON.parse(await readFile(join(folder, '.vite/manifest.json'), 'utf8')) as Manifest;
  const sizeOf = async (
    name: MeasuredSize['name'],
    title: string,
    goalKb: number,
    files: ReadonlySet<string>,
  ): Promise<MeasuredSize> => {
    const contents = await Promise.all([...files].map((file) => readFile(join(folder, file))));
    return {
      name,
      title,
      goalKb,
      files: [...files],
      rawBytes: sum(contents.map((content) => content.byteLength)),
      gzipBytes: sum(contents.map((content) => gzipSync(content, { level: 9 }).byteLength)),
    };
  };
  const entry = (name: string): string => {
    const found = Object.entries(manifest).find(([, chunk]) => chunk.name === name);
    if (found === undefined) throw new Error(`the build has no entry ${name}`);
    return found[0];
  };
  return Promise.all([
    sizeOf('sdk', 'framegate-client.js', 25, filesFrom(manifest, [entry('framegate-client')])),
    sizeOf('component', 'framegate-camera.js', 45, filesFrom(manifest, [entry('framegate-camera')])),
    sizeOf('firstLoad', 'first load of /', 120, new Set([PAGE, ...firstLoad(manifest)])),
  ]);
}

function firstLoad(manifest: Manifest): ReadonlySet<string> {
  const atOnce = new Set([PAGE]);
  for (const key of atOnce) {
    const later = [...chunksFrom(manifest, [key])].flatMap((chunk) => manifest[chunk]?.dynamicImports ?? []);
    for (const next of later.filter((candidate) => AT_ONCE.test(candidate))) atOnce.add(next);
  }
  return filesFrom(manifest, [...atOnce]);
}

function chunksFrom(manifest: Manifest, keys: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const open = [...keys];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    open.push(...(manifest[key]?.imports ?? []));
  }
  return seen;
}

function filesFrom(manifest: Manifest, keys: readonly string[]): ReadonlySet<string> {
  const chunks = [...chunksFrom(manifest, keys)].map((key) => {
    const chunk = manifest[key];
    if (chunk === undefined) throw new Error(`the build has no ${key}`);
    return chunk;
  });
  return new Set(chunks.flatMap(({ file, css = [] }) => [file, ...css]));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
