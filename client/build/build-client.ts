import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { writeBuildStamp } from './build-stamp.ts';
import { compressFiles } from './compress-files.ts';
import { emitTypes } from './emit-types.ts';
import { libraryPackage } from './package-json.ts';
import { replaceFolder } from './replace-folder.ts';
import { sourceStamp } from './source-stamp.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
/** The public files of the library. */
const TYPE_ENTRIES = ['client/sdk/index.ts', 'client/component/index.ts'];

/**
 * Builds the client into a folder: page, scripts to embed, their types, compressed copies. The folder is exchanged when all
 * is there. Reports what it is at.
 */
export async function buildClient(folder: string, report: (stage: string) => void): Promise<void> {
  // Before the files are read: a source that changes meanwhile is built again next time.
  const sources = await sourceStamp(PROJECT);
  await replaceFolder(folder, async (draft) => {
    report('bundling');
    const [packages] = await Promise.all([typePackages(draft), bundle(draft)]);
    report('compressing');
    await writeLibraryPackage(draft, packages);
    await compressFiles(draft, folder);
    await writeBuildStamp(draft, sources);
  });
  report('done');
}

async function bundle(draft: string): Promise<void> {
  await build({
    configFile: join(PROJECT, 'client/vite.config.ts'),
    // Node runs TypeScript itself; Vite's own way writes a bundle of the file into node_modules.
    configLoader: 'native',
    logLevel: 'warn',
    // The types are there already, or will be.
    build: { outDir: draft, emptyOutDir: false },
  });
}

async function typePackages(draft: string): Promise<readonly string[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'framegate-types-'));
  try {
    const emitted = await emitTypes(PROJECT, TYPE_ENTRIES, scratch, join(draft, 'types'));
    return emitted?.packages ?? [];
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function writeLibraryPackage(draft: string, packages: readonly string[]): Promise<void> {
  const project = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8'));
  const content = libraryPackage(project, packages);
  await writeFile(join(draft, 'package.json'), `${JSON.stringify(content, null, 2)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { out: { type: 'string' } } });
  await buildClient(values.out ?? join(PROJECT, 'dist/client'), (stage) =>
    process.stdout.write(`${stage}\n`),
  );
}
