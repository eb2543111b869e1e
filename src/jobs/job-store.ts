import type { JobChange, JobKind, JobState, JobStatus } from '../protocol/jobs.ts';

export interface JobCounts {
  readonly byState: Readonly<Record<JobState, number>>;
  readonly completedIn24h: number;
  /** null where none was completed. */
  readonly meanProcessingMs: number | null;
}

/** Where jobs' states and results live; every method rejects with state-unavailable while it is away. */
export interface JobStore {
  /**
   * Keeps a new job. With an idempotency key that is known it keeps nothing, and gives the first job's id and whether its
   * content was the same.
   */
  create(
    status: JobStatus,
    idempotency: { readonly key: string; readonly contentHash: string } | null,
  ): Promise<{ readonly existing: { readonly jobId: string; readonly sameContent: boolean } | null }>;
  read(jobId: string): Promise<JobStatus | null>;
  result(jobId: string): Promise<Record<string, unknown> | null>;
  /**
   * Changes a job that has not ended, as one step. Gives the status after it, and whether it was this call that changed
   * it: a job that has ended, or that a later attempt has in hand, stays as it is. null for a job that is not there.
   */
  change(
    jobId: string,
    change: JobChange,
  ): Promise<{ readonly status: JobStatus; readonly changed: boolean } | null>;
  /** Tells that the work goes on, and how far it is. Does nothing to a job that has ended. */
  touch(jobId: string, progress: number): Promise<void>;
  /** Forgets a job and its result; its idempotency key is free again. */
  remove(jobId: string): Promise<void>;
  counts(kind: JobKind): Promise<JobCounts>;
  /** Newest first. */
  failed(kind: JobKind, limit: number): Promise<readonly JobStatus[]>;
  /** Ids of jobs that have not ended and that nobody has touched since. */
  idleSince(atMs: number, limit: number): Promise<readonly string[]>;
  /** Calls `listener` with the id of each job that ends or is removed, on whatever node. Gives the unsubscribe. */
  onEnd(listener: (jobId: string) => void): () => void;
}
