import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { ModelIdentity } from '../protocol/records.ts';
import { readActiveModels } from './active-models.ts';
import { parseCanonicalFace } from './canonical-face.ts';
import {
  findModelEntry,
  type ModelEntry,
  modelFile,
  modelVersions,
  parseModelManifest,
} from './model-manifest.ts';
import type { CanonicalFace } from './types.ts';

/** The project's own models folder. */
export const MODELS_FOLDER = fileURLToPath(new URL('../../models', import.meta.url));

export interface LoadedModel {
  readonly identity: ModelIdentity;
  readonly entry: ModelEntry;
  /** The file, verified. */
  readonly bytes: Uint8Array;
}

/** Versions by the model's name. */
export type ModelVersions = Readonly<Record<string, string>>;

export interface ModelRegistry {
  /** Every model of the manifest, imported or not. */
  readonly names: readonly string[];
  /** What the manifest has of a model, the highest version first. Throws model-missing. */
  versionsOf(name: string): readonly ModelEntry[];
  /**
   * What the manifest says of a model and where its file lies; reads nothing. Of the version in use where none is named.
   * Throws model-missing or model-version-unknown.
   */
  describe(
    name: string,
    version?: string,
  ): { readonly identity: ModelIdentity; readonly path: string; readonly entry: ModelEntry };
  /**
   * Reads a model's file and checks it against the manifest.
   * Rejects with model-missing where the file is not there, model-hash-mismatch where it differs, and as describe.
   */
  loadModel(name: string, version?: string): Promise<LoadedModel>;
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
 * Opens a models folder by its manifest.json, with the versions that are in use now: those of active.json, else the highest.
 * Rejects with model-missing where there is no manifest, config-invalid where it or active.json is wrong.
 * @param versions what is to be in use instead, by model: a thread loads what its pool has agreed on
 */
export async function openModels(
  modelsFolder: string = MODELS_FOLDER,
  versions: ModelVersions = {},
): Promise<ModelRegistry> {
  const json = await readOrMissing(join(modelsFolder, 'manifest.json'), 'the model manifest');
  const manifest = parseModelManifest(json.toString('utf8'));
  const active = await readActiveModels(modelsFolder);

  const describe: ModelRegistry['describe'] = (name, version) => {
    const wanted = version ?? versions[name] ?? active[name]?.version;
    const entry = findModelEntry(manifest, name, wanted);
    return {
      identity: { name, version: entry.version, sha256: entry.output.sha256 },
      path: join(modelsFolder, modelFile(entry)),
      entry,
    };
  };

  const loadModel: ModelRegistry['loadModel'] = async (name, version) => {
    const { identity, path, entry } = describe(name, version);
    const bytes = await readOrMissing(path, `the model ${name} ${identity.version}`);
    const found = createHash('sha256').update(bytes).digest('hex');
    if (found !== identity.sha256) {
      throw new FramegateError(
        'model-hash-mismatch',
        `the file of model ${name} ${identity.version} differs from the manifest`,
        { details: { path, expected: identity.sha256, found } },
      );
    }
    return { identity, entry, bytes };
  };

  return {
    names: [...new Set(manifest.models.map((entry) => entry.name))],
    versionsOf: (name) => modelVersions(manifest, name),
    describe,
    loadModel,
    async loadCanonicalFace() {
      const { bytes } = await loadModel('canonical-face');
      return parseCanonicalFace(new TextDecoder().decode(bytes));
    },
  };
}
