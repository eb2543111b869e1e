import type { JobKind, JobRequest, JobStatus } from '../protocol/jobs.ts';
import type { ResultRecord } from '../protocol/records.ts';

/** A job as it was delivered; `parts` are checked against their hashes when they are asked for. */
export interface JobDelivery {
  readonly request: JobRequest;
  /** The job's byte strings, each in memory of its own. Throws image-corrupt where one is not what was submitted. */
  parts(): ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** A failure now is the last one. */
  readonly lastDelivery: boolean;
  readonly signal: AbortSignal;
}

/** The stream that jobs wait in. */
export interface JobQueue {
  /** Resolves when the stream has it. Rejects with payload-too-large, bus-unavailable or bus-refused. */
  publish(request: JobRequest, parts: readonly Uint8Array[]): Promise<void>;
}

export interface JobSource {
  /** Delivers each job of the kind until its handler has resolved; a rejection is delivered again after a while. */
  consume(
    kind: JobKind,
    concurrency: number,
    handler: (delivery: JobDelivery) => Promise<{ abandon: string } | undefined>,
  ): Promise<{ stop(): Promise<void> }>;
}

export interface JobResults {
  /** Puts it into RESULTS once, however often it is called; tries until it is there or the signal is aborted. */
  publish(result: ResultRecord, signal: AbortSignal): Promise<unknown>;
}

export type JobEventName = 'submitted' | 'started' | 'retried' | 'completed' | 'failed' | 'cancelled';

/** The audit trail. Never waits and never throws. */
export interface JobEvents {
  record(event: JobEventName, status: JobStatus): void;
}

export interface JobClock {
  nowMs(): number;
}
