import { NOBODY } from '../protocol/audit.ts';
import type { BodyCapture } from '../protocol/body-captures.ts';
import { FramegateError, toFramegateError } from '../protocol/framegate-error.ts';
import type { ErasedIds, ErasureDeps, OpenErasure } from './erasure-ports.ts';
import { jobIdsOf } from './job-ids-of.ts';

/**
 * Removes captures and accounts wherever they are. Every step may be done again, and one that fails leaves the erasure
 * open; `finishOpen` goes on with it. The caller gets the failure all the same.
 */
export interface Eraser {
  /** Says nothing where there is none any more. */
  eraseCapture(captureId: string): Promise<void>;
  /** The account, and all that is its own. */
  eraseUser(userId: string): Promise<void>;
  /** Goes on with what was begun at least `settledMs` ago (default a minute) and has not ended. Never rejects for one of them. */
  finishOpen(settledMs?: number): Promise<{
    readonly finished: number;
    readonly failed: readonly FramegateError[];
  }>;
}

/** Folders of object storage that have one folder, or files, a capture. */
const CAPTURE_FOLDERS = ['raw-captures', 'processed-artifacts', 'exports'] as const;
const PAGE = 100;
const FEW_IDS = 20;
/** 400 KB of UUIDs at most; NATS takes 1 MB where nobody has set another limit. */
const IDS_PER_RECORD = 5000;
const SETTLED_MS = 60_000;

export function createEraser(deps: ErasureDeps): Eraser {
  const { captures, jobs, storage, accounts, messages, records, book } = deps;

  async function begin(subjectType: OpenErasure['subjectType'], subjectId: string): Promise<void> {
    if (subjectId === '' || NOBODY.includes(subjectId)) {
      throw new FramegateError('internal', `${JSON.stringify(subjectId)} is nobody who could be erased`);
    }
    const erasure = { erasureId: deps.newId(), subjectType, subjectId, requestedAtMs: deps.nowMs() };
    await carryOut(await book.begin(erasure));
  }

  async function carryOut(erasure: OpenErasure): Promise<void> {
    const { erasureId, subjectType, subjectId } = erasure;
    const userId = subjectType === 'user' ? subjectId : null;
    let owner = userId;
    if (userId === null) {
      const capture = await captures.read(subjectId);
      await book.found(erasureId, { captureIds: [subjectId], sessionIds: [] });
      if (capture !== null) await eraseDocument(erasureId, capture);
      owner = capture?.userId ?? null;
    } else {
      // First, so that nobody signs in to make another capture.
      await accounts.remove(userId);
      await eraseDocumentsOf(erasureId, userId);
    }
    const { captureIds } = await book.idsOf(erasureId);
    const theirs = await messages.theirs({ userId, captureIds });
    await book.found(erasureId, theirs);
    // Jobs that no document tells of: earlier measurements, and those of other kinds.
    if (owner !== null) for (const id of theirs.captureIds) await jobs.forget(id, owner);
    const ids = await book.idsOf(erasureId);
    await messages.erase({ ...ids, userId });
    // After the documents: a worker that finds none removes what it put down meanwhile.
    await eraseFiles(new Set(userId === null ? ids.captureIds : [...ids.captureIds, userId]));
    await recordErasure(erasure, ids);
    await book.end(erasure);
  }

  /** In several records where one message could not hold all ids. */
  async function recordErasure(erasure: OpenErasure, { captureIds, sessionIds }: ErasedIds): Promise<void> {
    const { erasureId, subjectType, subjectId, requestedAtMs } = erasure;
    for (let at = 0; at === 0 || at < Math.max(captureIds.length, sessionIds.length); at += IDS_PER_RECORD) {
      const id = at === 0 ? erasureId : `${erasureId}-${at / IDS_PER_RECORD}`;
      await records.put('erasures', id, {
        id,
        subject_type: subjectType,
        subject_id: subjectId,
        capture_ids: captureIds.slice(at, at + IDS_PER_RECORD),
        session_ids: sessionIds.slice(at, at + IDS_PER_RECORD),
        requested_at_ms: requestedAtMs,
      });
    }
  }

  async function eraseDocumentsOf(erasureId: string, userId: string): Promise<void> {
    const seen = new Set<string>();
    for (;;) {
      // From the start again: a page ends where its documents were.
      const page = await captures.listOf(userId, { limit: PAGE });
      const left = page.filter(({ captureId }) => !seen.has(captureId));
      if (left.length === 0) return;
      for (const capture of left) {
        seen.add(capture.captureId);
        await eraseDocument(erasureId, capture);
      }
    }
  }

  async function eraseDocument(erasureId: string, capture: BodyCapture): Promise<void> {
    const { captureId, userId, artifacts } = capture;
    const jobIds = jobIdsOf(capture);
    const captureIds = [...new Set([captureId, ...jobIds])];
    await book.found(erasureId, { captureIds, sessionIds: [] });
    for (const jobId of jobIds) await jobs.forget(jobId, userId);
    // While the document still tells of those that lie elsewhere.
    await storage.remove(artifacts.map(({ bucketPath }) => bucketPath));
    await captures.remove(captureId);
  }

  /** `exports/<id>.pdf` and what is in `exports/<id>/`, and not the files of an id that begins alike. */
  async function eraseFiles(ids: ReadonlySet<string>): Promise<void> {
    for (const folder of CAPTURE_FOLDERS) {
      // A partner may have thousands of captures: one look at the folder then, instead of as many.
      const begins = ids.size > FEW_IDS ? [''] : ids;
      const keys: string[] = [];
      for (const begin of begins) {
        for await (const { key } of storage.list(`${folder}/${begin}`)) {
          const [id = ''] = key.slice(folder.length + 1).split(/[/.]/, 1);
          if (ids.has(id)) keys.push(key);
        }
      }
      await storage.remove(keys);
    }
  }

  return {
    eraseCapture: (captureId) => begin('capture', captureId),
    eraseUser: (userId) => begin('user', userId),
    async finishOpen(settledMs = SETTLED_MS) {
      const failed: FramegateError[] = [];
      let finished = 0;
      for (const erasure of await book.open()) {
        if (deps.nowMs() - erasure.requestedAtMs < settledMs) continue;
        try {
          await carryOut(erasure);
          finished++;
        } catch (thrown) {
          failed.push(toFramegateError(thrown));
        }
      }
      return { finished, failed };
    },
  };
}
