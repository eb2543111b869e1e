import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { readActiveModels } from '../../src/vision/active-models.ts';
import {
  findModelEntry,
  type ModelEntry,
  type ModelManifest,
  modelFile,
  modelVersions,
  parseModelManifest,
} from '../../src/vision/model-manifest.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import { writeAtomically } from './atomic-file.ts';
import { formatManifest } from './format-manifest.ts';

export const IMPORT_STAGES = ['read', 'convert', 'write', 'done', 'present'] as const;
export type ImportStage = (typeof IMPORT_STAGES)[number];

export interface ImportProgress {
  readonly model: string;
  /** `present` ends a model whose file was right already, `done` one that was written. */
  readonly stage: ImportStage;
  /** Share of the whole import that is behind, 0..1. */
  readonly fraction: number;
}

export interface ImportOptions {
  /** Default: the project's models/manifest.json. */
  readonly manifestPath?: string;
  /** Default: the manifest's own folder. */
  readonly targetFolder?: string;
  /**
   * `name`: all versions of it, `name@version`: this one. Default: what is in use of every model that is not marked
   * `onDemand`.
   */
  readonly names?: readonly string[];
  /** Models on demand that come with the default ones; what the manifest does not have is left out. */
  readonly alsoNames?: readonly string[];
  /** Imports again what has the right hash already. */
  readonly force?: boolean;
  /**
   * Records the hashes that are found in the manifest instead of holding the files against it. For a new or
   * changed model: look at what changed before you commit it.
   */
  readonly updateManifest?: boolean;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportedModel {
  readonly name: string;
  readonly version: string;
  readonly path: string;
  readonly sha256: string;
  /** false where the file was right already. */
  readonly written: boolean;
}

const STAGE_FRACTION: Readonly<Record<ImportStage, number>> = {
  read: 0,
  convert: 0.1,
  write: 0.9,
  done: 1,
  present: 1,
};

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function requireHash(entry: ModelEntry, of: 'source' | 'output', found: string): void {
  const expected = entry[of].sha256;
  if (found === expected) return;
  const advice = expected === '' ? 'has no recorded hash' : 'differs from the manifest';
  throw new FramegateError(
    'model-hash-mismatch',
    `the ${of} of model ${entry.name} ${advice}; \`framegate models import --record\` records a new one`,
    { details: { model: entry.name, of, expected, found } },
  );
}

async function hashOfFile(path: string): Promise<string | null> {
  try {
    return hashOf(await readFile(path));
  } catch {
    return null; // Not there or not readable: it is written anew, and that fails with its own reason.
  }
}

async function convert(entry: ModelEntry, source: Uint8Array): Promise<Uint8Array> {
  // Loaded only when something has to be converted: a start with all models in place should not pay for it.
  switch (entry.converter) {
    case 'copy':
      return source;
    case 'face-geometry':
      return (await import('./convert-geometry.ts')).convertGeometry(source);
    case 'tflite': {
      const { convertTflite } = await import('./convert-tflite.ts');
      const ports = (side: ModelEntry['inputs']) =>
        side.map(({ name, tensor, shape }) => ({ name, tensor: tensor ?? name, shape }));
      const { name, inputs, outputs } = entry;
      return convertTflite({ name, tflite: source, inputs: ports(inputs), outputs: ports(outputs) });
    }
  }
}

function modelNames({ models }: ModelManifest): string[] {
  return [...new Set(models.map(({ name }) => name))];
}

function entriesOf(manifest: ModelManifest, wanted: string): ModelEntry[] {
  const [name = '', version] = wanted.split('@');
  return version === undefined ? modelVersions(manifest, name) : [findModelEntry(manifest, name, version)];
}

async function readManifest(path: string): Promise<ModelManifest> {
  try {
    return parseModelManifest(await readFile(path, 'utf8'));
  } catch (cause) {
    if (cause instanceof FramegateError) throw cause;
    throw new FramegateError('model-missing', 'the model manifest cannot be read', {
      details: { path },
      cause,
    });
  }
}

/**
 * Brings the models of the manifest into the target folder, as `<name>/<version>/<file>`. Files that have
 * the right hash stay. Two processes may do this at once: files are replaced whole.
 * Rejects with FramegateError: config-invalid (manifest, choice of versions), model-version-unknown, dependency-missing (package not installed),
 * model-missing (unknown name, no source), model-hash-mismatch (source or output is not the manifest's),
 * model-unsupported and model-invalid (source cannot be converted).
 */
export async function importModels(options: ImportOptions = {}): Promise<ImportedModel[]> {
  const manifestPath = options.manifestPath ?? join(MODELS_FOLDER, 'manifest.json');
  const manifestFolder = dirname(manifestPath);
  const targetFolder = options.targetFolder ?? manifestFolder;
  const record = options.updateManifest ?? false;
  const manifest = await readManifest(manifestPath);
  const active = await readActiveModels(manifestFolder);
  const entries =
    options.names === undefined
      ? modelNames(manifest)
          .map((name) => findModelEntry(manifest, name, active[name]?.version))
          .filter(({ name, onDemand }) => !onDemand || options.alsoNames?.includes(name))
      : options.names.flatMap((wanted) => entriesOf(manifest, wanted));

  async function importOne(entry: ModelEntry, report: (stage: ImportStage) => void): Promise<ImportedModel> {
    const { name, version } = entry;
    const path = join(targetFolder, modelFile(entry));
    const force = options.force || record;
    if (!force && entry.output.sha256 !== '' && (await hashOfFile(path)) === entry.output.sha256) {
      report('present');
      return { name, version, path, sha256: entry.output.sha256, written: false };
    }
    report('read');
    const { readModelSource } = await import('./model-source.ts');
    const source = await readModelSource(entry.source, manifestFolder);
    if (record) entry.source.sha256 = hashOf(source);
    requireHash(entry, 'source', hashOf(source));
    report('convert');
    const output = await convert(entry, source);
    const sha256 = hashOf(output);
    if (record) entry.output.sha256 = sha256;
    requireHash(entry, 'output', sha256);
    report('write');
    await writeAtomically(path, output);
    report('done');
    return { name, version, path, sha256, written: true };
  }

  const imported: ImportedModel[] = [];
  for (const [index, entry] of entries.entries()) {
    const report = (stage: ImportStage): void =>
      options.onProgress?.({
        model: entry.name,
        stage,
        fraction: (index + STAGE_FRACTION[stage]) / entries.length,
      });
    imported.push(await importOne(entry, report));
  }
  if (record) await writeAtomically(manifestPath, formatManifest(manifest));
  return imported;
}
