/** The seams of the job engine; `bus` and `state` implement them, `analysis` the handlers, `http` submits. */
import type { JobKind, JobRequest, JobStatus } from '../protocol/jobs.ts';
import type { Measurement, ModelIdentity } from '../protocol/records.ts';

/** Does one kind of work. Must be idempotent: a worker that dies costs a second run of the same job. */
export interface JobHandler {
  readonly kind: JobKind;
  /** Changes whenever the same job may give another result. */
  readonly version: string;
  /** The models that this job is done with, whether it succeeds or not. */
  modelsOf(request: JobRequest): readonly ModelIdentity[];
  /**
   * Rejects with a FramegateError; a retryable one is tried again with backoff, any other ends the job as `failed`.
   * @param parts the job's byte strings by name, each in memory of its own that may be transferred to a thread
   */
  run(
    request: JobRequest,
    parts: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
    context: JobContext,
  ): Promise<JobOutcome>;
}

export interface JobContext {
  /** 1 at the first try. */
  readonly attempt: number;
  /** Aborted when the job was cancelled, or the worker stops and its grace has passed. */
  readonly signal: AbortSignal;
  /** Tells how far the work is, 0..1. Cheap: it is passed on at most a few times a second. */
  progress(share: number): void;
}

export interface JobOutcome {
  /** Plain JSON, kept in Redis for its caller and published to RESULTS. */
  readonly result: Record<string, unknown>;
  /** What goes into `measurements` of ClickHouse. */
  readonly measurements: readonly Measurement[];
  /** What it was done with, where the work itself says; else what `modelsOf` says. */
  readonly models?: readonly ModelIdentity[];
}

export interface SubmitJob {
  readonly kind: JobKind;
  readonly owner: string | null;
  readonly correlation: JobRequest['correlation'];
  readonly params: Record<string, unknown>;
  readonly parts: readonly {
    readonly name: string;
    readonly contentType: string;
    readonly data: Uint8Array;
  }[];
  /** What it works on, where that has an id of its own; shown with its status. */
  readonly subjectId?: string | null;
  readonly webhookUrl?: string | null;
  /** Whether that address was checked when it was registered: it may not answer just now, and is checked again before each telling. */
  readonly webhookChecked?: boolean;
  /** The same key of the same owner and kind within a day gives the first job again, and submits nothing. */
  readonly idempotencyKey?: string | null;
  /** Chosen by the caller where it has to be known before; else made. */
  readonly jobId?: string;
}

/** What HTTP routes use of the engine. */
export interface JobDesk {
  /**
   * Resolves when JetStream has the job. `isRepeat` where the idempotency key was known.
   * Rejects with idempotency-conflict (the key with other content), payload-too-large, bus-unavailable or
   * state-unavailable (retryable); nothing is left behind then.
   */
  submit(job: SubmitJob): Promise<{ readonly status: JobStatus; readonly isRepeat: boolean }>;
  /** null for a job that does not exist or is somebody else's. */
  status(jobId: string, owner: string | null): Promise<JobStatus | null>;
  /** The outcome's `result`; null where there is none (any more). */
  result(jobId: string, owner: string | null): Promise<Record<string, unknown> | null>;
  /** Resolves with the final status; rejects with job-timeout after `timeoutMs`, or when the signal is aborted. */
  wait(
    jobId: string,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<JobStatus>;
  /** The status after it: `cancelled`, or the final one that came first. null as `status`. */
  cancel(jobId: string, owner: string | null): Promise<JobStatus | null>;
  /** Cancels the job where it goes on, and forgets it and its result. False as `status` gives null. */
  forget(jobId: string, owner: string | null): Promise<boolean>;
}
