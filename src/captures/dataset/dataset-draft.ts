import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FramegateError } from '../../protocol/framegate-error.ts';
import {
  DATASET_MANIFEST_FILE,
  DATASET_RECORDS_FILE,
  type DatasetManifest,
  type DatasetRecord,
  datasetManifestSchema,
  datasetRecordSchema,
} from '../../protocol/training-dataset.ts';
import { sha256 } from '../sha256.ts';

export type DatasetFile = DatasetManifest['files'][number];

/** A version that is being written, beside the others: it is there as a whole or not at all. */
export interface DatasetDraft {
  write(path: string, data: Uint8Array | string): Promise<DatasetFile>;
  /** A file, or a folder with all that is in it. */
  drop(path: string): Promise<void>;
  /** Rejects with config-invalid where another export has taken the place meanwhile. */
  publish(version: number): Promise<string>;
  discard(): Promise<void>;
}

export interface DatasetVersion {
  readonly folder: string;
  readonly manifest: DatasetManifest;
  readonly records: readonly DatasetRecord[];
}

export async function openDraft(outFolder: string): Promise<DatasetDraft> {
  const folder = join(outFolder, `.draft-${randomUUID()}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    async write(path, data) {
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, data);
      return { path, bytes: Buffer.byteLength(data), sha256: sha256(data) };
    },
    drop: (path) => rm(join(folder, path), { recursive: true, force: true }),
    async publish(version) {
      const place = versionFolder(outFolder, version);
      await rename(folder, place).catch((cause: unknown) => {
        throw new FramegateError('config-invalid', `${place} cannot be made: another export may run`, {
          cause,
        });
      });
      return place;
    },
    discard: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The highest version of a folder, or null. Rejects with config-invalid where it is damaged. */
export async function latestVersion(outFolder: string): Promise<DatasetVersion | null> {
  const names = await readdir(outFolder).catch(() => []);
  const versions = names.flatMap((name) => {
    const number = /^v([1-9]\d*)$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  if (versions.length === 0) return null;
  return readDataset(versionFolder(outFolder, Math.max(...versions)));
}

/** One version, each of its files held against its hash. Rejects with config-invalid where it is no dataset, or damaged. */
export async function readDataset(folder: string): Promise<DatasetVersion> {
  try {
    const manifest = datasetManifestSchema.parse(
      JSON.parse(await readFile(join(folder, DATASET_MANIFEST_FILE), 'utf8')),
    );
    let lines = '';
    for (const file of manifest.files) {
      const data = await readFile(join(folder, file.path));
      if (sha256(data) !== file.sha256) throw new Error(`${file.path} differs from its hash`);
      if (file.path === DATASET_RECORDS_FILE) lines = data.toString('utf8');
    }
    const records = lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => datasetRecordSchema.parse(JSON.parse(line)));
    return { folder, manifest, records };
  } catch (cause) {
    throw new FramegateError('config-invalid', `${folder} is no dataset that framegate can read`, { cause });
  }
}

function versionFolder(outFolder: string, version: number): string {
  return join(outFolder, `v${version}`);
}
