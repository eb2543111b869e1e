import type { Artifact, BodyCapture } from '../protocol/body-captures.ts';
import type { BodyView, BodyViewEvidence } from '../protocol/body-measurement.ts';
import type { ObjectStorage } from '../storage/types.ts';
import { changeCapture } from './change-capture.ts';
import { forgetArtifacts } from './forget-artifacts.ts';
import { evidenceArtifacts, failedForGood, newArtifact, withArtifacts } from './listed-artifacts.ts';
import { begun, checkTicket, collected, measured, viewsAreThere } from './measured-capture.ts';
import { evidencePath, evidencePaths, rawPicturePath } from './object-paths.ts';
import { keepUntilMs, type PictureRetention } from './picture-retention.ts';
import type { AccountReader, CaptureBook, CaptureStore, EvidenceStore, RecordLog } from './types.ts';

export interface CaptureBookDeps {
  readonly store: CaptureStore;
  readonly records: RecordLog;
  readonly accounts: AccountReader;
  readonly evidence: Pick<EvidenceStore, 'put' | 'all'>;
  readonly storage: Pick<ObjectStorage, 'put' | 'remove'>;
  readonly retention: PictureRetention;
  /** The same picture without what its camera wrote beside it. */
  readonly withoutMetadata: (data: Uint8Array) => Uint8Array;
  readonly nowMs: () => number;
  readonly newId: () => string;
}

/** Writes down what a worker does with captures. Everything may be called again, by a job that runs twice. */
export function createCaptureBook(deps: CaptureBookDeps): CaptureBook {
  const { store, accounts, storage } = deps;

  /** Of a capture that was given up since its ticket was looked at. */
  async function forgetLate(captureId: string, view: BodyView): Promise<void> {
    const capture = await store.read(captureId);
    if (capture?.status === 'failed') await storage.remove([evidencePath(captureId, view)]);
  }

  /** Throws ticket-invalid for another picture than the one that counts, and where the capture was given up. */
  async function repeated(capture: BodyCapture, { view, imageSha256 }: BodyViewEvidence) {
    const kept = capture.status === 'failed' ? [] : await deps.evidence.all(capture.captureId);
    const isThere = kept.some((one) => one.view === view && one.imageSha256 === imageSha256);
    if (!isThere) throw viewsAreThere();
    return { complete: capture.status === 'queued', capture };
  }

  /** The capture may have been removed meanwhile, or the consent withdrawn, with what was there then. */
  async function removeUnwanted(captureId: string, kept: readonly Artifact[]): Promise<void> {
    const capture = await store.read(captureId);
    const account = capture === null ? null : await accounts.read(capture.userId);
    const consent = account?.consent ?? null;
    const mayStay =
      keepUntilMs(deps.retention, capture?.storeImages ?? false, consent, deps.nowMs()) !== null;
    const listed = new Set(mayStay ? capture?.artifacts.map(({ bucketPath }) => bucketPath) : []);
    const paths = kept.map(({ bucketPath }) => bucketPath).filter((path) => !listed.has(path));
    if (paths.length === 0) return;
    await storage.remove(paths);
    const gone = capture?.artifacts.filter(({ bucketPath }) => paths.includes(bucketPath)) ?? [];
    await forgetArtifacts(deps, gone);
  }

  return {
    async begin(captureId) {
      const capture = await changeCapture(deps, captureId, (one) => begun(one, deps.nowMs()));
      await store.dequeue(captureId);
      return capture;
    },
    async keepPictures(captureId, pictures) {
      const capture = await store.read(captureId);
      const account = capture === null ? null : await accounts.read(capture.userId);
      const removeAtMs = keepUntilMs(
        deps.retention,
        capture?.storeImages ?? false,
        account?.consent ?? null,
        deps.nowMs(),
      );
      if (removeAtMs === null || pictures.length === 0) return;
      const kept = pictures.map(({ view, contentType }) =>
        newArtifact(deps, {
          captureId,
          bucketPath: rawPicturePath(captureId, view, contentType),
          artifactType: 'raw',
          removeAtMs,
        }),
      );
      // Known before they are there: what nobody knows of, nobody would remove.
      const after = await changeCapture(deps, captureId, (one) => withArtifacts(one, kept));
      if (after === null) return;
      for (const { view, data, contentType } of pictures) {
        await storage.put(
          rawPicturePath(captureId, view, contentType),
          deps.withoutMetadata(data),
          contentType,
        );
      }
      await removeUnwanted(captureId, kept);
    },
    async complete(captureId, measurement, adjustmentId) {
      const after = await changeCapture(deps, captureId, (one) => {
        const done = measured(one, measurement, adjustmentId, deps.nowMs());
        if (done === null || adjustmentId !== null) return done;
        return withArtifacts(done, evidenceArtifacts(deps, captureId, done.views, null));
      });
      await store.dequeue(captureId);
      if (after === null) await storage.remove(evidencePaths(captureId));
    },
    async fail(captureId, error) {
      await changeCapture(deps, captureId, (one) => failedForGood(deps, one, error));
      await store.dequeue(captureId);
    },
    async collect(captureId, ticketHash, evidence) {
      const { view } = evidence;
      const before = checkTicket(await store.read(captureId), ticketHash, view);
      if (before.status !== 'collecting') return repeated(before, evidence);
      // Before the view counts: what is complete can be measured.
      await deps.evidence.put(captureId, evidence);
      let isLast = false;
      const after = await changeCapture(deps, captureId, (one) => {
        const next = collected(one, ticketHash, view, captureId, deps.nowMs());
        isLast = next?.status === 'queued';
        return next;
      }).catch(async (thrown: unknown) => {
        await forgetLate(captureId, view);
        throw thrown;
      });
      if (after === null) {
        await storage.remove(evidencePaths(captureId));
        // Says that there is none.
        return { complete: false, capture: checkTicket(null, ticketHash, view) };
      }
      // One that is said again may have been begun since.
      if (isLast) await store.enqueue(captureId, after.updatedAtMs);
      return { complete: after.status === 'queued', capture: after };
    },
  };
}
