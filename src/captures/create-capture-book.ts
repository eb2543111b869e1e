import type { Artifact, BodyCapture } from '../protocol/body-captures.ts';
import type { BodyView } from '../protocol/body-measurement.ts';
import type { ObjectStorage } from '../storage/types.ts';
import { changeCapture } from './change-capture.ts';
import { begun, checkTicket, collected, failed, measured } from './measured-capture.ts';
import { evidencePath, evidencePaths, rawPicturePath } from './object-paths.ts';
import { keepUntilMs, type PictureRetention } from './picture-retention.ts';
import type { AccountReader, CaptureBook, CaptureStore, EvidenceStore, RecordLog } from './types.ts';

export interface CaptureBookDeps {
  readonly store: CaptureStore;
  readonly records: RecordLog;
  readonly accounts: AccountReader;
  readonly evidence: Pick<EvidenceStore, 'put'>;
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

  function artifact(
    captureId: string,
    bucketPath: string,
    artifactType: Artifact['artifactType'],
    removeAtMs: number | null,
  ): Artifact {
    return {
      artifactId: deps.newId(),
      captureId,
      bucketPath,
      artifactType,
      createdAtMs: deps.nowMs(),
      removeAtMs,
    };
  }

  function evidenceOf(captureId: string, views: readonly BodyView[]): Artifact[] {
    return views.map((view) => artifact(captureId, evidencePath(captureId, view), 'evidence', null));
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
        artifact(captureId, rawPicturePath(captureId, view, contentType), 'raw', removeAtMs),
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
      // Removed in between, with what was there then.
      if ((await store.read(captureId)) === null)
        await storage.remove(kept.map(({ bucketPath }) => bucketPath));
    },
    async complete(captureId, measurement, adjustmentId) {
      const after = await changeCapture(deps, captureId, (one) => {
        const done = measured(one, measurement, adjustmentId, deps.nowMs());
        if (done === null || adjustmentId !== null) return done;
        return withArtifacts(done, evidenceOf(captureId, done.views));
      });
      await store.dequeue(captureId);
      if (after === null) await storage.remove(evidencePaths(captureId));
    },
    async fail(captureId, error) {
      await changeCapture(deps, captureId, (one) => failed(one, error, deps.nowMs()));
      await store.dequeue(captureId);
    },
    async collect(captureId, ticketHash, evidence) {
      const { view } = evidence;
      const before = checkTicket(await store.read(captureId), ticketHash, view);
      // Before the view counts: what is complete can be measured.
      if (before.status === 'collecting') await deps.evidence.put(captureId, evidence);
      let isLast = false;
      const after = await changeCapture(deps, captureId, (one) => {
        const next = collected(one, ticketHash, view, captureId, deps.nowMs());
        isLast = next?.status === 'queued';
        return next;
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

/** A file that takes the place of another one keeps its entry, with the new time. */
function withArtifacts(capture: BodyCapture, added: readonly Artifact[]): BodyCapture {
  const paths = new Map(added.map((one) => [one.bucketPath, one]));
  const replaced = capture.artifacts.map((one) => {
    const newer = paths.get(one.bucketPath);
    paths.delete(one.bucketPath);
    return newer === undefined || newer.removeAtMs === one.removeAtMs
      ? one
      : { ...one, removeAtMs: newer.removeAtMs };
  });
  return { ...capture, artifacts: [...replaced, ...paths.values()] };
}
