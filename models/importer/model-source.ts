import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import type { ModelSource } from '../../src/vision/model-manifest.ts';
import { readPackedFile } from './packed-assets.ts';

function packageFolder(name: string): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch (cause) {
    throw new FramegateError('dependency-missing', `the package ${name} is not installed; run \`npm ci\``, {
      cause,
    });
  }
}

async function readOrMissing(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new FramegateError('model-missing', 'the source of a model cannot be read', {
      details: { path },
      cause,
    });
  }
}

/**
 * The bytes that a model is made of, unverified.
 * Rejects with dependency-missing for a package that is not installed, model-missing for a file that is not
 * there, model-invalid for packed data that cannot be understood.
 */
export async function readModelSource(source: ModelSource, manifestFolder: string): Promise<Uint8Array> {
  if ('path' in source) return readOrMissing(join(manifestFolder, source.path));
  const folder = packageFolder(source.package);
  if (source.packed === undefined) return readOrMissing(join(folder, source.file));
  const [data, loader] = await Promise.all([
    readOrMissing(join(folder, source.packed.data)),
    readOrMissing(join(folder, source.packed.loader)),
  ]);
  return readPackedFile(loader.toString('utf8'), data, source.file);
}
