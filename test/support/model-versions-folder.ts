import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseModelManifest } from '../../src/vision/model-manifest.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';

/** A models folder of its own, with the project's models in versions that a test makes. */
export interface VersionsFolder {
  readonly folder: string;
  /** Takes a model over as it is, under this version; `change` makes another file of it. */
  add(name: string, version: string, change?: (bytes: Buffer) => Uint8Array | string): Promise<void>;
  close(): Promise<void>;
}

/** @param names models that are taken over in the version that the project has */
export async function createVersionsFolder(names: readonly string[]): Promise<VersionsFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'framegate-versions-'));
  const known = parseModelManifest(await readFile(join(MODELS_FOLDER, 'manifest.json'), 'utf8')).models;
  const models: object[] = [];

  async function add(name: string, version: string, change?: (bytes: Buffer) => Uint8Array | string) {
    const entry = known.find((model) => model.name === name)!;
    const source = join(MODELS_FOLDER, name, entry.version, entry.output.file);
    const bytes = change === undefined ? await readFile(source) : change(await readFile(source));
    const path = `${name}/${version}/${entry.output.file}`;
    await mkdir(join(folder, name, version), { recursive: true });
    await writeFile(join(folder, path), bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    models.push({
      ...entry,
      version,
      source: { path, sha256 },
      converter: entry.converter === 'face-geometry' ? 'face-geometry' : 'copy',
      output: { ...entry.output, sha256 },
    });
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ models }));
  }

  for (const name of names) {
    const entry = known.find((model) => model.name === name)!;
    await cp(join(MODELS_FOLDER, name, entry.version), join(folder, name, entry.version), {
      recursive: true,
    });
    await add(name, entry.version);
  }
  return { folder, add, close: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Regressors that say of themselves that they are of another version, and say `factor` times the chest. */
export function otherRegressors(version: string, chestFactor = 1): (bytes: Buffer) => string {
  return (bytes) => {
    const regressors = JSON.parse(bytes.toString('utf8')) as {
      version: string;
      fits: Record<string, Record<string, { targets: { chest: { weights: number[] } } }>>;
    };
    regressors.version = version;
    for (const tiers of Object.values(regressors.fits)) {
      for (const { targets } of Object.values(tiers)) targets.chest.weights[0]! += Math.log(chestFactor);
    }
    return `${JSON.stringify(regressors)}\n`;
  };
}
