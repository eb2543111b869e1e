import type { ConsentFlags } from '../../protocol/accounts.ts';
import type { Audit } from '../../protocol/audit.ts';
import type { BodyCapture } from '../../protocol/body-captures.ts';
import {
  DATASET_MANIFEST_FILE,
  DATASET_RECORDS_FILE,
  type DatasetManifest,
} from '../../protocol/training-dataset.ts';
import type { ObjectStorage } from '../../storage/types.ts';
import { changeCapture } from '../change-capture.ts';
import type { CaptureStore, RecordLog } from '../types.ts';
import { type CollectDeps, type CollectedRecord, collectRecords } from './collect-records.ts';
import { type DatasetDraft, type DatasetFile, latestVersion, openDraft } from './dataset-draft.ts';
import { imageFolder, writeImages } from './dataset-images.ts';
import { contentHash, datasetManifest } from './dataset-manifest.ts';

export interface ExportDeps extends CollectDeps {
  readonly store: CaptureStore;
  readonly records: RecordLog;
  readonly storage: Pick<ObjectStorage, 'get'>;
  readonly audit: Audit;
  /** Who exports. */
  readonly actorId: string;
  readonly tool: string;
}

export interface ExportOptions {
  readonly outFolder: string;
  /** Only captures that were made since. */
  readonly since: Date | null;
  /** Pictures too, of those whose owners allow that they are kept. */
  readonly withImages: boolean;
}

export type ExportReport =
  | { readonly status: 'written'; readonly folder: string; readonly manifest: DatasetManifest }
  /** Nothing has changed since this version. */
  | { readonly status: 'unchanged'; readonly folder: string; readonly manifest: DatasetManifest }
  /** No capture may be exported, and none was before. */
  | { readonly status: 'empty' };

type Written = CollectedRecord & { readonly files: readonly DatasetFile[] };

/**
 * Writes the captures that may train as the next version of a folder, `v1`, `v2`, …; the same captures give the same hashes,
 * and no version where they are those of the last one. Consent is asked of the accounts before a capture is read and once
 * more before the version is published. What is exported is marked as promoted. Rejects with config-invalid, and with
 * state-unavailable or storage-unavailable while these are away; nothing half written stays.
 */
export async function exportDataset(deps: ExportDeps, options: ExportOptions): Promise<ExportReport> {
  const parent = await latestVersion(options.outFolder);
  const draft = await openDraft(options.outFolder);
  try {
    const written = await stillAllowed(deps, draft, await writeAll(deps, draft, options));
    if (written.length === 0 && parent === null) return { status: 'empty' };
    const records = written.map(({ record }) => record).sort((a, b) => (a.id < b.id ? -1 : 1));
    const lines = records.map((record) => `${JSON.stringify(record)}\n`).join('');
    const files = [
      await draft.write(DATASET_RECORDS_FILE, lines),
      ...written.flatMap((one) => one.files).sort((a, b) => (a.path < b.path ? -1 : 1)),
    ];
    const contentSha256 = contentHash(files);
    if (parent?.manifest.contentSha256 === contentSha256) {
      await promote(deps, written);
      return { status: 'unchanged', folder: parent.folder, manifest: parent.manifest };
    }
    const manifest = datasetManifest({
      records,
      files,
      contentSha256,
      parent,
      since: options.since,
      tool: deps.tool,
    });
    await draft.write(DATASET_MANIFEST_FILE, `${JSON.stringify(manifest, null, 2)}\n`);
    const folder = await draft.publish(manifest.version);
    await promote(deps, written);
    deps.audit.record({
      actorId: deps.actorId,
      action: 'dataset.exported',
      resourceType: 'dataset',
      resourceId: contentSha256,
      metadata: { version: manifest.version, withImages: options.withImages, ...manifest.counts },
    });
    return { status: 'written', folder, manifest };
  } finally {
    await draft.discard();
  }
}

async function writeAll(
  deps: ExportDeps,
  draft: DatasetDraft,
  { since, withImages }: ExportOptions,
): Promise<Written[]> {
  const written: Written[] = [];
  for await (const one of collectRecords(deps, since?.getTime() ?? null)) {
    const mayKeep = withImages && (await consentOf(deps, one.capture))?.store_images === true;
    const files = mayKeep ? await writeImages(deps.storage, draft, one) : [];
    const images = files.map(({ view, path, sha256 }) => ({ view, file: path, sha256 }));
    written.push({
      capture: one.capture,
      record: { ...one.record, images },
      files: files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
    });
  }
  return written;
}

/** Without those that were deleted, or whose owners withdrew their consent, while the export ran. */
async function stillAllowed(
  deps: ExportDeps,
  draft: DatasetDraft,
  written: readonly Written[],
): Promise<Written[]> {
  const allowed: Written[] = [];
  for (const one of written) {
    const isThere = (await deps.store.read(one.capture.captureId)) !== null;
    const consent = isThere ? await consentOf(deps, one.capture) : null;
    const mayTrain = consent?.training === true;
    if (mayTrain && (one.files.length === 0 || consent.store_images)) {
      allowed.push(one);
      continue;
    }
    await draft.drop(imageFolder(one.record));
    if (mayTrain) allowed.push({ ...one, record: { ...one.record, images: [] }, files: [] });
  }
  return allowed;
}

/** The edits that went out are shown as promoted, where their owner still allows it. */
async function promote(deps: ExportDeps, written: readonly Written[]): Promise<void> {
  for (const { capture } of written) {
    if ((await consentOf(deps, capture))?.training !== true) continue;
    await changeCapture(deps, capture.captureId, promoted);
  }
}

/** As it is now; null where the account is gone. */
async function consentOf({ accounts }: ExportDeps, { userId }: BodyCapture): Promise<ConsentFlags | null> {
  return (await accounts.read(userId))?.consent ?? null;
}

function promoted(capture: BodyCapture): BodyCapture | null {
  const isDue = ({ approved, promoted: done }: BodyCapture['adjustments'][number]) =>
    approved === true && !done;
  if (!capture.adjustments.some(isDue)) return null;
  const adjustments = capture.adjustments.map((one) => (isDue(one) ? { ...one, promoted: true } : one));
  return { ...capture, adjustments };
}
