import { Worker } from 'node:worker_threads';
import { FramegateError, toFramegateError } from '../protocol/framegate-error.ts';
import { fromErrorMessage, type PoolMessage, type ThreadMessage } from './thread-messages.ts';

/** A job that a caller waits for. */
export interface PendingJob<Job, Result, Ready> {
  readonly job: Job;
  readonly transfer: readonly ArrayBuffer[];
  /** `by`: what the thread that answers said when it was ready. */
  readonly resolve: (result: Result, by: Ready) => void;
  readonly reject: (error: FramegateError) => void;
}

export interface PoolThreadOptions {
  readonly script: URL;
  readonly workerData: unknown;
  readonly jobTimeoutMs: number;
  /** How long a thread has to end itself before it is terminated. */
  readonly stopGraceMs?: number;
}

const STOP_GRACE_MS = 5_000;

export interface PoolThread<Job, Result, Ready> {
  /** Rejects when the thread ends before it is ready. */
  readonly ready: Promise<Ready>;
  /** Resolves when the thread is gone, whatever ended it; its jobs have been rejected by then. */
  readonly ended: Promise<void>;
  /** Jobs it holds; infinite once it takes no more. */
  readonly load: number;
  start(pending: PendingJob<Job, Result, Ready>): void;
  /** Takes no more jobs, finishes those that it has, and ends. Resolves when it is gone. */
  retire(): Promise<void>;
  /** Rejects its jobs with this error and ends the thread. Resolves when it is gone. */
  stop(error: FramegateError): Promise<void>;
}

/**
 * One worker thread: who waits for what, and an end for each of them.
 *
 * A thread is asked to end (see serve-jobs.ts), not terminated: onnxruntime aborts the whole process when its thread
 * is terminated during a run. Only one that does not end for `stopGraceMs`, so one that hangs, is.
 */
export function createPoolThread<Job, Result, Ready>(
  options: PoolThreadOptions,
  onIdle: () => void,
): PoolThread<Job, Result, Ready> {
  const worker = new Worker(options.script, { workerData: options.workerData });
  const waiting = new Map<number, PendingJob<Job, Result, Ready> & { timer: NodeJS.Timeout }>();
  const ready = Promise.withResolvers<Ready>();
  const ended = Promise.withResolvers<void>();
  let said: Ready | null = null;
  let lastJobId = 0;
  let timeoutMs = options.jobTimeoutMs;
  let retiring = false;
  let killer: NodeJS.Timeout | undefined;
  let reason = new FramegateError('worker-crashed', 'a worker thread ended while it had work', {
    retryable: true,
  });
  // Whoever waits for readiness hears of it; nobody has to.
  ready.promise.catch(() => {});

  worker.on('message', (message: ThreadMessage<Ready, Result>) => {
    if (message.type === 'ready') {
      said = message.ready;
      return ready.resolve(message.ready);
    }
    if (message.type === 'unready') return ready.reject(fromErrorMessage(message.error));
    if (message.type === 'loading') return restartTimers(message.atMostMs);
    if (message.type === 'loaded') return restartTimers(0);
    const pending = waiting.get(message.jobId);
    if (pending === undefined) return;
    waiting.delete(message.jobId);
    clearTimeout(pending.timer);
    if (retiring && waiting.size === 0) void end();
    // The thread gets its next job before the answer is handed on: it must not wait for the caller.
    onIdle();
    // Only a thread that is ready is given jobs.
    if (message.type === 'done') pending.resolve(message.result, said as Ready);
    else pending.reject(fromErrorMessage(message.error));
  });
  worker.on('error', (cause) => {
    reason = new FramegateError('worker-crashed', 'a worker thread ended while it had work', {
      retryable: true,
      cause,
    });
  });
  worker.once('exit', () => {
    clearTimeout(killer);
    ready.reject(reason);
    rejectAll(reason);
    ended.resolve();
  });

  function rejectAll(error: FramegateError): void {
    for (const pending of waiting.values()) {
      clearTimeout(pending.timer);
      pending.reject(error);
    }
    waiting.clear();
  }

  /** Of the jobs that it holds, and of those that come before it has loaded. */
  function restartTimers(loadingMs: number): void {
    timeoutMs = loadingMs + options.jobTimeoutMs;
    for (const [jobId, pending] of waiting) {
      clearTimeout(pending.timer);
      pending.timer = setTimeout(() => expire(jobId), timeoutMs);
    }
  }

  /** A thread that is still starting hears of it when it is ready. */
  function end(): Promise<void> {
    if (killer === undefined) {
      retiring = true;
      worker.postMessage({ type: 'stop' } satisfies PoolMessage<Job>);
      killer = setTimeout(() => void worker.terminate(), options.stopGraceMs ?? STOP_GRACE_MS);
    }
    return ended.promise;
  }

  function expire(jobId: number): void {
    const pending = waiting.get(jobId);
    if (pending === undefined) return;
    waiting.delete(jobId);
    // Whatever it hangs in cannot be interrupted: the thread is replaced when it has no other job.
    retiring = true;
    if (waiting.size === 0) void end();
    pending.reject(
      new FramegateError('decode-timeout', `the image took longer than ${options.jobTimeoutMs} ms`, {
        details: { timeoutMs: options.jobTimeoutMs },
      }),
    );
  }

  return {
    ready: ready.promise,
    ended: ended.promise,
    get load() {
      return retiring ? Number.POSITIVE_INFINITY : waiting.size;
    },
    start(pending) {
      const jobId = ++lastJobId;
      const timer = setTimeout(() => expire(jobId), timeoutMs);
      waiting.set(jobId, { ...pending, timer });
      const message: PoolMessage<Job> = { type: 'job', jobId, job: pending.job };
      try {
        worker.postMessage(message, pending.transfer);
      } catch (thrown) {
        // A buffer that was handed over before: the thread has nothing to do with it.
        waiting.delete(jobId);
        clearTimeout(timer);
        pending.reject(toFramegateError(thrown));
      }
    },
    retire() {
      retiring = true;
      if (waiting.size === 0) void end();
      return ended.promise;
    },
    stop(error) {
      reason = error;
      rejectAll(error);
      return end();
    },
  };
}
