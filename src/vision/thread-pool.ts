import { FramegateError, toFramegateError } from '../protocol/framegate-error.ts';
import { createPoolThread, type PendingJob, type PoolThread, type PoolThreadOptions } from './pool-thread.ts';

export interface ThreadPoolOptions extends PoolThreadOptions {
  readonly threads: number;
  /** How many jobs one thread holds at once. */
  readonly jobsPerThread: number;
  /** Before a thread that did not come up is started again; doubles with each failure in a row. */
  readonly restartDelayMs?: number;
}

export interface ThreadPool<Job, Result, Ready> {
  /** What the first thread said when it was ready. */
  readonly ready: Ready;
  /** Rejects with what the job was rejected with, worker-crashed, decode-timeout or server-draining. */
  run(job: Job, transfer: readonly ArrayBuffer[]): Promise<Result>;
  close(): Promise<void>;
}

const RESTART_DELAY_MS = 100;
const MAX_RESTART_DELAY_MS = 10_000;

/**
 * Threads that take jobs in the order of their coming, each to the thread with the least to do. A thread that ends
 * is replaced; what it had is rejected, not repeated: the caller knows whether a frame is still worth it.
 * Rejects with what the first thread reports when it cannot start.
 */
export async function createThreadPool<Job, Result, Ready>(
  options: ThreadPoolOptions,
): Promise<ThreadPool<Job, Result, Ready>> {
  type Thread = PoolThread<Job, Result, Ready>;
  const able = new Set<Thread>();
  const all = new Set<Thread>();
  const queue: PendingJob<Job, Result>[] = [];
  const restarts = new Set<NodeJS.Timeout>();
  let closing = false;

  function dispatch(): void {
    while (queue.length > 0) {
      let least: Thread | null = null;
      for (const thread of able) if (least === null || thread.load < least.load) least = thread;
      if (least === null || least.load >= options.jobsPerThread) return;
      least.start(queue.shift()!);
    }
  }

  function launch(failuresInARow: number): Thread {
    const thread: Thread = createPoolThread(options, dispatch);
    all.add(thread);
    let wasReady = false;
    thread.ready.then(
      () => {
        wasReady = true;
        if (closing) return;
        able.add(thread);
        dispatch();
      },
      () => {},
    );
    void thread.ended.then(() => {
      all.delete(thread);
      able.delete(thread);
      if (!closing) relaunch(wasReady ? 0 : failuresInARow + 1);
    });
    return thread;
  }

  function relaunch(failuresInARow: number): void {
    if (failuresInARow === 0) {
      launch(0);
      return;
    }
    const delayMs = (options.restartDelayMs ?? RESTART_DELAY_MS) * 2 ** (failuresInARow - 1);
    const timer = setTimeout(
      () => {
        restarts.delete(timer);
        launch(failuresInARow);
      },
      Math.min(delayMs, MAX_RESTART_DELAY_MS),
    );
    restarts.add(timer);
  }

  async function close(): Promise<void> {
    closing = true;
    for (const timer of restarts) clearTimeout(timer);
    const reason = new FramegateError('server-draining', 'the inference pool is closing', {
      retryable: true,
    });
    for (const pending of queue.splice(0)) pending.reject(reason);
    await Promise.all(Array.from(all, (thread) => thread.stop(reason)));
  }

  const first = Array.from({ length: options.threads }, () => launch(0));
  let ready: Ready;
  try {
    [ready] = (await Promise.all(first.map((thread) => thread.ready))) as [Ready, ...Ready[]];
  } catch (thrown) {
    await close();
    throw toFramegateError(thrown);
  }
  return {
    ready,
    run(job, transfer) {
      if (closing) {
        return Promise.reject(
          new FramegateError('server-draining', 'the inference pool is closed', { retryable: true }),
        );
      }
      return new Promise((resolve, reject) => {
        queue.push({ job, transfer, resolve, reject });
        dispatch();
      });
    },
    close,
  };
}
