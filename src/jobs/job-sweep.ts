import { type FramegateError, toFramegateError } from '../protocol/framegate-error.ts';
import { type JobFailure, type JobKind, type JobStatus, KINDS_WITHOUT_RESULTS } from '../protocol/jobs.ts';
import { isFinal } from './apply-change.ts';
import type { JobClock, JobEvents, JobResults } from './job-ports.ts';
import { jobResult } from './job-result.ts';
import type { JobStore } from './job-store.ts';

export interface JobSweepDeps {
  readonly store: JobStore;
  readonly shelf: {
    all(): Promise<readonly { readonly kind: JobKind; readonly jobId: string }[]>;
    /** A kind's jobs that have a message: whether it will be delivered, or its consumer takes it for done. */
    places(kind: JobKind): Promise<ReadonlyMap<string, 'waiting' | 'forgotten'>>;
    putBack(kind: JobKind, jobId: string): Promise<void>;
    remove(kind: JobKind, jobId: string): Promise<void>;
  };
  /** Told of jobs that are lost; but not of KINDS_WITHOUT_RESULTS. */
  readonly results: JobResults;
  readonly events: JobEvents;
  readonly clock: JobClock;
  readonly codeVersion: string;
  /** Tries of a job before it counts as one that nobody survives. */
  readonly maxAttempts: (kind: JobKind) => number;
  /** Called for a job that has ended, before its message is removed. */
  readonly onEnded?: (status: JobStatus) => Promise<void>;
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
const READS_AT_ONCE = 100;

/**
 * What becomes of jobs that nobody has in hand. A server that is killed may forget what was acknowledged, and what was
 * not: a job is done when its state says so, not when its message is gone. Several workers may sweep at once.
 */
export function startJobSweep(deps: JobSweepDeps): JobSweep {
  const { store, shelf, events, clock, everyMs = 10_000, overdueMs = 45_000 } = deps;
  const stopping = new AbortController();
  let sweeping: Promise<void> | null = null;

  async function look(): Promise<void> {
    const all = await shelf.all();
    for (let from = 0; from < all.length; from += READS_AT_ONCE) {
      await Promise.all(all.slice(from, from + READS_AT_ONCE).map(clear));
    }
    const idle = await store.idleSince(clock.nowMs() - overdueMs, MAX_AT_ONCE);
    const statuses = new Map<JobKind, JobStatus[]>();
    for (const jobId of idle) {
      const status = await store.read(jobId);
      if (status === null) await store.remove(jobId);
      else statuses.set(status.kind, [...(statuses.get(status.kind) ?? []), status]);
    }
    for (const [kind, untouched] of statuses) {
      const places = await shelf.places(kind);
      for (const status of untouched) await mend(status, places.get(status.jobId));
    }
  }

  /** Removes the message of a job that has ended, or that was forgotten. */
  async function clear({ kind, jobId }: { readonly kind: JobKind; readonly jobId: string }): Promise<void> {
    const status = await store.read(jobId);
    if (status !== null && !isFinal(status.state)) return;
    if (status !== null) await deps.onEnded?.(status);
    await shelf.remove(kind, jobId);
  }

  async function mend(status: JobStatus, place: 'waiting' | 'forgotten' | undefined): Promise<void> {
    const { jobId, kind, attempts, progress } = status;
    // In a long queue, or between two tries: it is known, and will be delivered.
    if (place === 'waiting') return store.touch(jobId, progress);
    if (place === 'forgotten' && attempts < deps.maxAttempts(kind)) {
      await store.touch(jobId, progress);
      await shelf.putBack(kind, jobId);
      deps.onMended?.({ jobId, what: 'put-back' });
      return;
    }
    const message =
      place === undefined
        ? 'the message of the job is gone; submit it again'
        : `the job was begun ${attempts} times, and nobody who did so came to its end`;
    // Whoever has begun or ended it in between is right.
    const error = { code: 'job-lost', message };
    const lost = await store.change(jobId, { type: 'fail', attempt: attempts, atMs: clock.nowMs(), error });
    if (!lost?.changed) return;
    events.record('failed', lost.status);
    deps.onMended?.({ jobId, what: 'lost' });
    try {
      if (!KINDS_WITHOUT_RESULTS.includes(kind)) await publishLost(lost.status, error);
    } finally {
      await deps.onEnded?.(lost.status);
    }
  }

  /**
   * After the state, not before it as a worker does: RESULTS takes one record a job, and this one must not stand in the
   * way of a worker that has the job after all.
   */
  async function publishLost(status: JobStatus, error: JobFailure): Promise<void> {
    const finishedAtMs = status.finishedAtMs ?? clock.nowMs();
    const result = jobResult(status, {
      finishedAtMs,
      durationMs: Math.max(0, finishedAtMs - (status.startedAtMs ?? status.createdAtMs)),
      attempt: Math.max(1, status.attempts),
      outcome: error,
      analyzerVersion: '',
      models: [],
      codeVersion: deps.codeVersion,
      imageSha256: '',
    });
    await deps.results.publish(result, stopping.signal);
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
      stopping.abort();
      await sweeping;
    },
  };
}
