import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { ModelIdentity } from '../protocol/records.ts';
import { parseCanonicalFace } from './canonical-face.ts';
import { findModelEntry, type ModelEntry, modelFile, parseModelManifest } from './model-manifest.ts';
import type { CanonicalFace } from './types.ts';

/** The project's own models folder. */
export const MODELS_FOLDER = fileURLToPath(new URL('../../models', import.meta.url));

export interface LoadedModel {
  readonly identity: ModelIdentity;
  readonly entry: ModelEntry;
  /** The file, verified. */
  readonly bytes: Uint8Array;
}

export interface ModelRegistry {
  /** Every model of the manifest, imported or not. */
  readonly names: readonly string[];
  /** What the manifest says of a model and where its file lies; reads nothing. Throws model-missing. */
  describe(name: string): { identity: ModelIdentity; path: string; entry: ModelEntry };
  /**
   * Reads a model's file and checks it against the manifest.
   * Rejects with model-missing where the file is not there, model-hash-mismatch where it differs.
   */
  loadModel(name: string): Promise<LoadedModel>;
  /** The geometry of the model `canonical-face`; rejects as loadModel does. */
  loadCanonicalFace(): Promise<CanonicalFace>;
}

function isNotThere(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
}

async function readOrMissing(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    if (!isNotThere(cause)) throw cause;
    throw new FramegateError('model-missing', `${what} is not there; run \`npm run models\``, {
      details: { path },
      cause,
    });
  }
}

/**
 * Opens a models folder by its manifest.json.
 * Rejects with model-missing where there is no manifest, config-invalid where it is wrong.
 */
export async function openModels(modelsFolder: string = MODELS_FOLDER): Promise<ModelRegistry> {
  const json = await readOrMissing(join(modelsFolder, 'manifest.json'), 'the model manifest');
  const manifest = parseModelManifest(json.toString('utf8'));

  function describe(name: string): { identity: ModelIdentity; path: string; entry: ModelEntry } {
    const entry = findModelEntry(manifest, name);
    return {
      identity: { name, version: entry.version, sha256: entry.output.sha256 },
      path: join(modelsFolder, modelFile(entry)),
      entry,
    };
  }

  async function loadModel(name: string): Promise<LoadedModel> {
    const { identity, path, entry } = describe(name);
    const bytes = await readOrMissing(path, `the model ${name}`);
    const found = createHash('sha256').update(bytes).digest('hex');
    if (found !== identity.sha256) {
      throw new FramegateError('model-hash-mismatch', `the file of model ${name} differs from the manifest`, {
        details: { path, expected: identity.sha256, found },
      });
    }
    return { identity, entry, bytes };
  }

  return {
    names: manifest.models.map((entry) => entry.name),
    describe,
    loadModel,
    async loadCanonicalFace() {
      const { bytes } = await loadModel('canonical-face');
      return parseCanonicalFace(new TextDecoder().decode(bytes));
    },
  };
}
