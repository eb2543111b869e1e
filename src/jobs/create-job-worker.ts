import { FramegateError, toFramegateError } from '../protocol/framegate-error.ts';
import type { JobRequest, JobStatus } from '../protocol/jobs.ts';
import type { ResultRecord } from '../protocol/records.ts';
import { isFinal } from './apply-change.ts';
import type { JobClock, JobDelivery, JobEvents, JobResults, JobSource } from './job-ports.ts';
import type { JobStore } from './job-store.ts';
import type { JobHandler, JobOutcome } from './types.ts';

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
  readonly onEnded?: (request: JobRequest, status: JobStatus) => Promise<void>;
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
 * that dies between any two of them costs a repetition, which finds what is done already.
 */
export function createJobWorker(deps: JobWorkerDeps): JobWorker {
  const { handler, store, events, clock } = deps;
  let consumption: Promise<{ stop(): Promise<void> }> | null = null;

  async function handle(delivery: JobDelivery): Promise<{ abandon: string } | undefined> {
    const { request } = delivery;
    const started = await store.change(request.jobId, { type: 'start', atMs: clock.nowMs() });
    // Its caller was told that it failed, or its time in Redis is over.
    if (started === null) return undefined;
    if (!started.changed) {
      await deps.onEnded?.(request, started.status);
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
      await finish(delivery, attempt, performance.now() - startedMs, outcome);
      deps.onTry?.(request, 'completed', performance.now() - startedMs);
      return undefined;
    } catch (thrown) {
      stopWatching.stop();
      const error = toFramegateError(thrown);
      const outcome = await failed(delivery, attempt, performance.now() - startedMs, error);
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
    const abort = () => work.abort();
    stopping.addEventListener('abort', abort);
    return {
      progress: (next: number) => {
        share = Math.min(1, Math.max(0, next));
      },
      stop: () => {
        clearInterval(timer);
        stopping.removeEventListener('abort', abort);
      },
    };
  }

  async function finish(
    { request, signal }: JobDelivery,
    attempt: number,
    durationMs: number,
    outcome: JobOutcome,
  ): Promise<void> {
    await deps.results?.publish(resultOf(request, attempt, durationMs, outcome), signal);
    const atMs = clock.nowMs();
    await ended(
      request,
      await store.change(request.jobId, { type: 'complete', atMs, result: outcome.result }),
    );
  }

  async function failed(
    delivery: JobDelivery,
    attempt: number,
    durationMs: number,
    error: FramegateError,
  ): Promise<{ name: string; again: boolean; abandon: { abandon: string } | undefined }> {
    const { request, signal, lastDelivery } = delivery;
    const { jobId } = request;
    const reason = { code: error.code, message: error.message };
    const current = await store.read(jobId);
    if (current === null) return { name: 'removed', again: false, abandon: undefined };
    if (isFinal(current.state)) {
      await deps.onEnded?.(request, current);
      return { name: current.state, again: false, abandon: undefined };
    }
    // A result that could not be published, or a worker that stops, is no failure of the job's.
    if (signal.aborted || (error.retryable && !lastDelivery)) {
      const retried = await store.change(jobId, { type: 'retry', error: reason });
      if (retried?.changed) events.record('retried', retried.status);
      return { name: 'retried', again: true, abandon: undefined };
    }
    await deps.results?.publish(resultOf(request, attempt, durationMs, error), signal);
    await ended(request, await store.change(jobId, { type: 'fail', atMs: clock.nowMs(), error: reason }));
    const abandon = error.retryable ? { abandon: `${error.code}: ${error.message}` } : undefined;
    return { name: 'failed', again: false, abandon };
  }

  async function ended(
    request: JobRequest,
    outcome: { readonly status: JobStatus; readonly changed: boolean } | null,
  ): Promise<void> {
    if (outcome === null) return;
    const { state } = outcome.status;
    if (outcome.changed && (state === 'completed' || state === 'failed'))
      events.record(state, outcome.status);
    await deps.onEnded?.(request, outcome.status);
  }

  function resultOf(
    request: JobRequest,
    attempt: number,
    durationMs: number,
    outcome: JobOutcome | FramegateError,
  ): ResultRecord {
    const { jobId, kind, correlation, parts } = request;
    const isFailed = outcome instanceof FramegateError;
    const sessionId = correlation.analysisSessionId ?? jobId;
    return {
      captureId: jobId,
      sessionId,
      kind,
      status: isFailed ? 'failed' : 'done',
      profile: 'upload',
      finishedAtMs: clock.nowMs(),
      durationMs,
      attempt,
      measurements: isFailed ? [] : [...outcome.measurements],
      result: isFailed ? null : outcome.result,
      error: isFailed ? { code: outcome.code, message: outcome.message } : null,
      provenance: {
        analyzer: handler.kind,
        analyzerVersion: handler.version,
        codeVersion: deps.codeVersion,
        models: [...handler.models],
        thresholds: {},
        sessionId,
        captureId: jobId,
        seq: 0,
        imageSha256: parts.find(({ name }) => name === 'image')?.sha256 ?? '',
      },
      correlation,
    };
  }

  return {
    start: async () => {
      consumption ??= deps.source.consume(handler.kind, deps.concurrency, handle);
      await consumption;
    },
    stop: async () => {
      await (await consumption)?.stop();
    },
  };
}
