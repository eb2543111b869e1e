import { BODY_VIEWS, type BodyView } from '../../protocol/body-measurement.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import type { DatasetRecord } from '../../protocol/training-dataset.ts';
import type { ObjectStorage } from '../../storage/types.ts';
import type { CollectedRecord } from './collect-records.ts';
import type { DatasetDraft, DatasetFile } from './dataset-draft.ts';

/** Where the pictures of a record lie in its version. */
export function imageFolder({ id }: Pick<DatasetRecord, 'id'>): string {
  return `images/${id}`;
}

/** Copies what is kept of a capture's pictures; whoever calls has made sure that this is allowed. */
export async function writeImages(
  storage: Pick<ObjectStorage, 'get'>,
  draft: DatasetDraft,
  { capture, record }: CollectedRecord,
): Promise<(DatasetFile & { readonly view: BodyView })[]> {
  const written: (DatasetFile & { readonly view: BodyView })[] = [];
  for (const view of BODY_VIEWS) {
    const kept = capture.artifacts.find(
      ({ artifactType, bucketPath }) => artifactType === 'raw' && bucketPath.includes(`/${view}.`),
    );
    const data = kept === undefined ? null : await pictureOf(storage, kept.bucketPath);
    if (kept === undefined || data === null) continue;
    const extension = kept.bucketPath.slice(kept.bucketPath.lastIndexOf('.') + 1);
    written.push({ view, ...(await draft.write(`${imageFolder(record)}/${view}.${extension}`, data)) });
  }
  return written;
}

/** null where its time was over meanwhile. */
async function pictureOf(storage: Pick<ObjectStorage, 'get'>, path: string): Promise<Uint8Array | null> {
  try {
    return (await storage.get(path)).data;
  } catch (thrown) {
    if (thrown instanceof FramegateError && thrown.code === 'object-missing') return null;
    throw thrown;
  }
}
