import { type FramegateError, toFramegateError } from '../protocol/framegate-error.ts';
import type { JobChange, JobRequest, JobStatus } from '../protocol/jobs.ts';
import type { ResultRecord } from '../protocol/records.ts';
import { isFinal } from './apply-change.ts';
import type { JobClock, JobDelivery, JobEvents, JobResults, JobSource } from './job-ports.ts';
import { jobResult } from './job-result.ts';
import type { JobStore } from './job-store.ts';
import type { JobHandler, JobOutcome } from './types.ts';
import { untilAnswered } from './until-answered.ts';

export interface JobWorkerDeps {
  readonly handler: JobHandler;
  readonly source: JobSource;
  readonly store: JobStore;
  /** null for work whose outcome interests nobody else: webhooks. */
  readonly results: JobResults | null;
  readonly events: JobEvents;
  readonly clock: JobClock;
  readonly concurrency: number;
  readonly codeVersion: string;
  /** Called once a job has ended, before its message is acknowledged; a rejection delivers the message again. */
  readonly onEnded?: (status: JobStatus) => Promise<void>;
  /** For metrics and logs. */
  readonly onTry?: (request: JobRequest, outcome: string, durationMs: number, error?: FramegateError) => void;
}

export interface JobWorker {
  start(): Promise<void>;
  /** Finishes the jobs in hand; the rest goes to other workers. */
  stop(): Promise<void>;
}

/** How often a job in work is looked at: whether it was cancelled, and to tell that the work goes on. */
const WATCH_MS = 1000;

/**
 * Works on one kind of jobs. The order is what keeps them safe: first the result is published, then the state says
 * `completed` together with the result, then whoever asked to be told is told, then the message is acknowledged. A worker
 * that dies between any two of them costs a repetition, which finds what is done already. While Redis or NATS are away it
 * waits for them with the job in hand.
 */
export function createJobWorker(deps: JobWorkerDeps): JobWorker {
  const { handler, store, events, clock } = deps;
  let consumption: Promise<{ stop(): Promise<void> }> | null = null;

  async function handle(delivery: JobDelivery): Promise<{ abandon: string } | undefined> {
    const { request, signal } = delivery;
    const started = await untilAnswered(
      () => store.change(request.jobId, { type: 'start', atMs: clock.nowMs() }),
      signal,
    );
    // Its caller was told that it failed, or its time in Redis is over.
    if (started === null) return undefined;
    if (!started.changed) {
      await tell(started.status, signal);
      return undefined;
    }
    events.record('started', started.status);
    const startedMs = performance.now();
    const attempt = started.status.attempts;
    const work = new AbortController();
    const stopWatching = watch(request.jobId, delivery.signal, work);
    try {
      const outcome = await handler.run(request, delivery.parts(), {
        attempt,
        signal: work.signal,
        progress: stopWatching.progress,
      });
      stopWatching.stop();
      const state = await finish(delivery, attempt, performance.now() - startedMs, outcome);
      deps.onTry?.(request, state, performance.now() - startedMs);
      return undefined;
    } catch (thrown) {
      stopWatching.stop();
      const error = toFramegateError(thrown);
      const outcome = await fail(delivery, attempt, performance.now() - startedMs, error);
      deps.onTry?.(request, outcome.name, performance.now() - startedMs, error);
      if (outcome.again) throw error;
      return outcome.abandon;
    }
  }

  /** Aborts the work when its job has been cancelled or the worker has to stop. */
  function watch(jobId: string, stopping: AbortSignal, work: AbortController) {
    let share = 0;
    const look = async () => {
      await store.touch(jobId, share);
      const status = await store.read(jobId);
      if (status === null || isFinal(status.state)) work.abort();
    };
    const timer = setInterval(() => {
      // Redis may be away for a while; the work itself does not need it.
      look().catch(() => {});
    }, WATCH_MS);
    // Whoever cancels it ends it: no need to wait for the next look then.
    const stopListening = store.onEnd((ended) => {
      if (ended === jobId) work.abort();
    });
    const abort = () => work.abort();
    stopping.addEventListener('abort', abort);
    return {
      progress: (next: number) => {
        share = Math.min(1, Math.max(0, next));
      },
      stop: () => {
        clearInterval(timer);
        stopListening();
        stopping.removeEventListener('abort', abort);
      },
    };
  }

  async function finish(
    { request, signal }: JobDelivery,
    attempt: number,
    durationMs: number,
    outcome: JobOutcome,
  ): Promise<string> {
    const { jobId } = request;
    const current = await untilAnswered(() => store.read(jobId), signal);
    // Cancelled, or done by somebody who was faster: nobody is to get this result.
    if (current === null || isFinal(current.state)) return tell(current, signal);
    await deps.results?.publish(resultOf(request, attempt, durationMs, outcome), signal);
    return end(jobId, { type: 'complete', atMs: clock.nowMs(), result: outcome.result }, signal);
  }

  async function fail(
    { request, signal, lastDelivery }: JobDelivery,
    attempt: number,
    durationMs: number,
    error: FramegateError,
  ): Promise<{ name: string; again: boolean; abandon: { abandon: string } | undefined }> {
    const { jobId } = request;
    const reason = { code: error.code, message: error.message };
    const current = await untilAnswered(() => store.read(jobId), signal);
    if (current === null || isFinal(current.state)) {
      return { name: await tell(current, signal), again: false, abandon: undefined };
    }
    // This worker was taken for dead, and another one has the job: should that one die too, it is delivered again.
    if (current.attempts !== attempt) return { name: 'superseded', again: true, abandon: undefined };
    // A worker that stops is no failure of the job's.
    if (signal.aborted || (error.retryable && !lastDelivery)) {
      const retried = await untilAnswered(
        () => store.change(jobId, { type: 'retry', attempt, error: reason }),
        signal,
      );
      if (retried?.changed) events.record('retried', retried.status);
      return { name: 'retried', again: true, abandon: undefined };
    }
    await deps.results?.publish(resultOf(request, attempt, durationMs, error), signal);
    const name = await end(jobId, { type: 'fail', attempt, atMs: clock.nowMs(), error: reason }, signal);
    const abandon = error.retryable ? { abandon: `${error.code}: ${error.message}` } : undefined;
    return { name, again: false, abandon };
  }

  /** Gives the state that the job is left in. */
  async function end(jobId: string, change: JobChange, signal: AbortSignal): Promise<string> {
    const ended = await untilAnswered(() => store.change(jobId, change), signal);
    if (ended?.changed) {
      const { state } = ended.status;
      if (state === 'completed' || state === 'failed') events.record(state, ended.status);
    }
    return tell(ended?.status ?? null, signal);
  }

  async function tell(status: JobStatus | null, signal: AbortSignal): Promise<string> {
    if (status === null) return 'removed';
    await untilAnswered(async () => deps.onEnded?.(status), signal);
    return status.state;
  }

  function resultOf(
    request: JobRequest,
    attempt: number,
    durationMs: number,
    outcome: JobOutcome | FramegateError,
  ): ResultRecord {
    return jobResult(request, {
      finishedAtMs: clock.nowMs(),
      durationMs,
      attempt,
      outcome,
      analyzerVersion: handler.version,
      models: handler.modelsOf(request),
      codeVersion: deps.codeVersion,
      imageSha256: request.parts.find(({ name }) => name === 'image')?.sha256 ?? '',
    });
  }

  return {
    start: async () => {
      consumption ??= deps.source.consume(handler.kind, deps.concurrency, handle);
      await consumption;
    },
    stop: async () => {
      // What could not be begun has nothing to stop.
      const running = await consumption?.catch(() => null);
      await running?.stop();
    },
  };
}
