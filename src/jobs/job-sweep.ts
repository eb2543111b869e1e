import { type FramegateError, toFramegateError } from '../protocol/framegate-error.ts';
import type { JobKind } from '../protocol/jobs.ts';
import { isFinal } from './apply-change.ts';
import type { JobClock, JobEvents } from './job-ports.ts';
import type { JobStore } from './job-store.ts';

export interface JobSweepDeps {
  readonly store: JobStore;
  readonly shelf: {
    all(): Promise<readonly { readonly kind: JobKind; readonly jobId: string }[]>;
    look(kind: JobKind, jobId: string): Promise<'waiting' | 'forgotten' | 'gone'>;
    putBack(kind: JobKind, jobId: string): Promise<void>;
    remove(kind: JobKind, jobId: string): Promise<void>;
  };
  readonly events: JobEvents;
  readonly clock: JobClock;
  /** Default 10 s. */
  readonly everyMs?: number;
  /** How long a job may go untouched before something is done about it. Default 45 s. */
  readonly overdueMs?: number;
  readonly onMended?: (mended: { readonly jobId: string; readonly what: 'put-back' | 'lost' }) => void;
  readonly onFailure?: (error: FramegateError) => void;
}

export interface JobSweep {
  /** Looks now; resolves when done. Never rejects. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

const MAX_AT_ONCE = 500;

/**
 * What becomes of jobs that nobody has in hand. A server that is killed may forget what was acknowledged, and what was
 * not: a job is done when its state says so, not when its message is gone. Several workers may sweep at once.
 */
export function startJobSweep(deps: JobSweepDeps): JobSweep {
  const { store, shelf, events, clock, everyMs = 10_000, overdueMs = 45_000 } = deps;
  let sweeping: Promise<void> | null = null;

  async function look(): Promise<void> {
    for (const { kind, jobId } of await shelf.all()) {
      const status = await store.read(jobId);
      if (status !== null && isFinal(status.state)) await shelf.remove(kind, jobId);
    }
    for (const jobId of await store.idleSince(clock.nowMs() - overdueMs, MAX_AT_ONCE)) await mend(jobId);
  }

  async function mend(jobId: string): Promise<void> {
    const status = await store.read(jobId);
    if (status === null) return store.remove(jobId);
    if (isFinal(status.state)) return;
    const { kind } = status;
    const place = await shelf.look(kind, jobId);
    // In a long queue, or between two tries: it is known, and will be delivered.
    if (place === 'waiting') return store.touch(jobId, status.progress);
    if (place === 'forgotten') {
      await store.touch(jobId, status.progress);
      await shelf.putBack(kind, jobId);
      deps.onMended?.({ jobId, what: 'put-back' });
      return;
    }
    const lost = await store.change(jobId, {
      type: 'fail',
      atMs: clock.nowMs(),
      error: { code: 'job-lost', message: 'the message of the job is gone; submit it again' },
    });
    if (lost?.changed) events.record('failed', lost.status);
    deps.onMended?.({ jobId, what: 'lost' });
  }

  function sweep(): Promise<void> {
    sweeping ??= look()
      .catch((thrown: unknown) => deps.onFailure?.(toFramegateError(thrown)))
      .finally(() => {
        sweeping = null;
      });
    return sweeping;
  }

  const timer = setInterval(() => void sweep(), everyMs);
  return {
    sweep,
    stop: async () => {
      clearInterval(timer);
      await sweeping;
    },
  };
}
