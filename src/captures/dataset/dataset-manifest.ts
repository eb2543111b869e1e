import { createHash } from 'node:crypto';
import { DATASET_FORMAT, type DatasetManifest, type DatasetRecord } from '../../protocol/training-dataset.ts';
import type { DatasetFile, DatasetVersion } from './dataset-draft.ts';

/** What a version says of itself. No time: the same captures make the same text. */
export function datasetManifest(made: {
  readonly records: readonly DatasetRecord[];
  readonly files: readonly DatasetFile[];
  readonly contentSha256: string;
  readonly parent: DatasetVersion | null;
  readonly since: Date | null;
  readonly tool: string;
}): DatasetManifest {
  const { records, files, contentSha256, parent, since, tool } = made;
  const ids = new Set(records.map(({ id }) => id));
  return {
    format: DATASET_FORMAT,
    version: (parent?.manifest.version ?? 0) + 1,
    contentSha256,
    parent: parent && { version: parent.manifest.version, contentSha256: parent.manifest.contentSha256 },
    tool,
    since: since?.toISOString() ?? null,
    counts: {
      records: records.length,
      people: new Set(records.map(({ person }) => person)).size,
      images: records.reduce((sum, { images }) => sum + images.length, 0),
      removed: parent?.records.filter(({ id }) => !ids.has(id)).length ?? 0,
      skinTones: countBy(records.map(({ skinToneBucket }) => skinToneBucket ?? 'unknown')),
      shapes: countBy(records.map(({ shape }) => shape ?? 'unknown')),
    },
    files: [...files],
  };
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Of a version's files, by their names and hashes. */
export function contentHash(files: readonly DatasetFile[]): string {
  const rows = files.map(({ path, sha256 }) => [path, sha256]);
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}
