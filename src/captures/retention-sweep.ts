import { type Audit, SYSTEM } from '../protocol/audit.ts';
import type { Artifact } from '../protocol/body-captures.ts';
import { type FramegateError, toFramegateError } from '../protocol/framegate-error.ts';
import type { ObjectStorage } from '../storage/types.ts';
import type { Eraser } from './erase.ts';
import { forgetArtifacts } from './forget-artifacts.ts';
import { giveUpCollecting } from './give-up-collecting.ts';
import type { CaptureStore, RecordLog } from './types.ts';

/** What one run found and did. */
export interface RetentionSwept {
  readonly atMs: number;
  /** Files. */
  readonly removed: number;
  /** Files whose time is over and that could not be removed; the next run tries again. */
  readonly kept: number;
  /** When the time of the longest overdue file was over; null where none was. */
  readonly oldestDueMs: number | null;
  readonly erasuresFinished: number;
  readonly erasuresFailed: number;
  /** Live captures that were given up: not all of their views came. */
  readonly abandoned: number;
}

export interface RetentionSweepDeps {
  readonly captures: CaptureStore;
  readonly storage: Pick<ObjectStorage, 'remove'>;
  readonly records: RecordLog;
  readonly audit: Audit;
  readonly erasures: Pick<Eraser, 'finishOpen'>;
  /** One process at a time: resolves with the release, or null where another has it. */
  readonly takeLease: (work: string, ttlMs: number) => Promise<(() => Promise<void>) | null>;
  readonly nowMs: () => number;
  readonly everyMs: number;
  readonly onSwept?: (swept: RetentionSwept) => void;
  readonly onFailure?: (error: FramegateError) => void;
}

export interface RetentionSweep {
  /** Now; resolves when done. null where another process sweeps, or nothing could be read. Never rejects. */
  sweep(): Promise<RetentionSwept | null>;
  stop(): Promise<void>;
}

const AT_ONCE = 200;
const LEASE_MS = 10 * 60_000;
/** Runs that found nothing are told of this often. */
const IDLE_TOLD_MS = 3_600_000;

/** Removes files whose time is over, finishes erasures that broke off, and leaves a row that says so. */
export function startRetentionSweep(deps: RetentionSweepDeps): RetentionSweep {
  const { captures, storage, records, nowMs } = deps;
  let sweeping: Promise<RetentionSwept | null> | null = null;

  async function removeDue(): Promise<Pick<RetentionSwept, 'removed' | 'kept' | 'oldestDueMs'>> {
    let removed = 0;
    let oldestDueMs: number | null = null;
    for (;;) {
      const due = await captures.dueArtifacts(nowMs(), AT_ONCE);
      oldestDueMs ??= due[0]?.removeAtMs ?? null;
      try {
        await removeAll(due);
      } catch (thrown) {
        deps.onFailure?.(toFramegateError(thrown));
        return { removed, kept: due.length, oldestDueMs };
      }
      removed += due.length;
      if (due.length < AT_ONCE) return { removed, kept: 0, oldestDueMs };
    }
  }

  async function removeAll(due: readonly Artifact[]): Promise<void> {
    if (due.length === 0) return;
    await storage.remove(due.map(({ bucketPath }) => bucketPath));
    await forgetArtifacts({ store: captures, records, nowMs }, due);
  }

  async function run(): Promise<RetentionSwept | null> {
    const release = await deps.takeLease('retention-sweep', LEASE_MS);
    if (release === null) return null;
    try {
      const { finished, failed } = await deps.erasures.finishOpen();
      for (const error of failed) deps.onFailure?.(error);
      const abandoned = await giveUpCollecting({ store: captures, records, storage, nowMs });
      const files = await removeDue();
      const swept: RetentionSwept = {
        atMs: nowMs(),
        ...files,
        erasuresFinished: finished,
        erasuresFailed: failed.length,
        abandoned,
      };
      await tell(swept);
      return swept;
    } finally {
      await release();
    }
  }

  async function tell(swept: RetentionSwept): Promise<void> {
    deps.onSwept?.(swept);
    const { atMs, removed, kept, oldestDueMs, erasuresFinished, erasuresFailed, abandoned } = swept;
    const isIdle = removed + kept + erasuresFinished + erasuresFailed + abandoned === 0;
    // Nobody gives it back: it says that the hour's row is written.
    if (isIdle && (await deps.takeLease('retention-told', IDLE_TOLD_MS)) === null) return;
    deps.audit.record({
      actorId: SYSTEM,
      action: 'retention.swept',
      resourceType: 'retention',
      resourceId: new Date(atMs).toISOString(),
      metadata: { removed, kept, oldestDueMs, erasuresFinished, erasuresFailed, abandoned },
    });
  }

  function sweep(): Promise<RetentionSwept | null> {
    sweeping ??= run()
      .catch((thrown: unknown) => {
        deps.onFailure?.(toFramegateError(thrown));
        return null;
      })
      .finally(() => {
        sweeping = null;
      });
    return sweeping;
  }

  const timer = setInterval(() => void sweep(), deps.everyMs);
  // What became due while nobody ran does not wait for another round.
  void sweep();
  return {
    sweep,
    stop: async () => {
      clearInterval(timer);
      await sweeping;
    },
  };
}
