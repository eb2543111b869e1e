import type { Caller } from '../protocol/accounts.ts';
import type { Audit, AuditAction } from '../protocol/audit.ts';
import type { BodyCapture, BodyCaptureStatus, Label } from '../protocol/body-captures.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { ObjectStorage, StoredObject } from '../storage/types.ts';
import { capturePages } from './capture-pages.ts';
import { noSuchCapture } from './capture-rights.ts';
import { changeCapture } from './change-capture.ts';
import { decidedLabel } from './labeled-capture.ts';
import type { CaptureStore, RecordLog } from './types.ts';

export interface ReviewFilter {
  readonly status: BodyCaptureStatus | undefined;
  readonly source: BodyCapture['source'] | undefined;
  /** Whether an edit waits for somebody to decide. */
  readonly hasOpenAdjustment: boolean | undefined;
  readonly limit: number;
  readonly beforeMs: number | undefined;
}

/** For admins and labelers, which whoever asks has made sure of. */
export interface CaptureReview {
  /** Newest first. Looks through so many captures at once, and says where it stopped. */
  list(caller: Caller, filter: ReviewFilter): Promise<ReviewPage>;
  /** Rejects with not-found, as all of these. */
  read(caller: Caller, captureId: string): Promise<BodyCapture>;
  /** A file of a capture. Rejects with object-missing where it has gone meanwhile. */
  artifact(caller: Caller, captureId: string, artifactId: string): Promise<StoredObject>;
  /** Rejects with own-approval. */
  decideLabel(caller: Caller, captureId: string, labelId: string, approved: boolean): Promise<Label>;
}

export interface ReviewPage {
  readonly captures: readonly BodyCapture[];
  /** For the next page, which may be empty; null where nothing is left. */
  readonly nextBeforeMs: number | null;
}

export interface CaptureReviewDeps {
  readonly store: CaptureStore;
  readonly storage: Pick<ObjectStorage, 'get'>;
  readonly records: RecordLog;
  readonly audit: Audit;
}

const MAX_SEARCHED = 2000;

/** What people who look after the data set see of captures; all of it is told to the audit trail. */
export function createCaptureReview(deps: CaptureReviewDeps): CaptureReview {
  const { store, storage, audit } = deps;

  function tell(
    { userId, role }: Caller,
    action: AuditAction,
    resourceId: string,
    metadata: Readonly<Record<string, unknown>> = {},
  ): void {
    audit.record({
      actorId: userId,
      action,
      resourceType: 'capture',
      resourceId,
      metadata: { role, ...metadata },
    });
  }

  async function found(captureId: string): Promise<BodyCapture> {
    const capture = await store.read(captureId);
    if (capture === null) throw noSuchCapture();
    return capture;
  }

  return {
    async list(caller, filter) {
      const { status, source, hasOpenAdjustment, limit, beforeMs } = filter;
      tell(caller, 'capture.listed', '', { status, source, hasOpenAdjustment, limit, beforeMs });
      const captures: BodyCapture[] = [];
      let searched = 0;
      let lastMs: number | null = null;
      const all = capturePages(
        (page) => store.listAll({ ...page, ...(status !== undefined && { status }) }),
        beforeMs,
      );
      for await (const capture of all) {
        // Not inside of one millisecond: the next page begins before it.
        if ((captures.length >= limit || searched >= MAX_SEARCHED) && capture.createdAtMs !== lastMs)
          return { captures, nextBeforeMs: lastMs };
        searched++;
        lastMs = capture.createdAtMs;
        if (source !== undefined && capture.source !== source) continue;
        if (hasOpenAdjustment !== undefined && isOpen(capture) !== hasOpenAdjustment) continue;
        captures.push(capture);
      }
      return { captures, nextBeforeMs: null };
    },
    async read(caller, captureId) {
      const capture = await found(captureId);
      tell(caller, 'capture.reviewed', captureId);
      return capture;
    },
    async artifact(caller, captureId, artifactId) {
      const { artifacts } = await found(captureId);
      const artifact = artifacts.find((one) => one.artifactId === artifactId);
      if (artifact === undefined) throw new FramegateError('not-found', 'the capture has no such file');
      // Before the bytes are read: who has asked for them is told, whatever becomes of it.
      tell(caller, 'artifact.viewed', captureId, { artifactId, artifactType: artifact.artifactType });
      return storage.get(artifact.bucketPath);
    },
    async decideLabel(caller, captureId, labelId, approved) {
      const after = await changeCapture(deps, captureId, (one) =>
        decidedLabel(one, { labelId, deciderId: caller.userId, approved }),
      );
      const label = after?.labels.find((one) => one.labelId === labelId);
      if (label === undefined) throw noSuchCapture();
      tell(caller, approved ? 'label.approved' : 'label.refused', captureId, { labelId });
      return label;
    },
  };
}

/** Whether an edit of it waits for somebody to decide. */
export function isOpen({ adjustments }: BodyCapture): boolean {
  return adjustments.some(({ approved }) => approved === null);
}
