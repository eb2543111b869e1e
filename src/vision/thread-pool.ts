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
  /** What the first thread said when it was ready; after a renewal, what the first of the new ones said. */
  readonly ready: Ready;
  /** Rejects with what the job was rejected with, worker-crashed, decode-timeout or server-draining. */
  run(job: Job, transfer: readonly ArrayBuffer[]): Promise<Result>;
  /** The same, with what the thread that did it had said when it was ready. */
  runTold(
    job: Job,
    transfer: readonly ArrayBuffer[],
  ): Promise<{ readonly result: Result; readonly by: Ready }>;
  /**
   * Puts threads with other data in the place of all that there are, one by one: the new one is ready before the old one
   * takes no more jobs and finishes what it has. Rejects with what a new thread reports when it cannot start; where that is
   * the first, nothing has changed.
   */
  renew(workerData: unknown): Promise<void>;
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
  const queue: PendingJob<Job, Result, Ready>[] = [];
  /** What threads are started with that take the place of others. */
  let { workerData } = options;
  const dataOf = new Map<Thread, unknown>();
  /** Nobody takes the place of these when they end. */
  const dismissed = new Set<Thread>();
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

  function launch(failuresInARow: number, data = workerData): Thread {
    const thread: Thread = createPoolThread({ ...options, workerData: data }, dispatch);
    all.add(thread);
    dataOf.set(thread, data);
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
      dataOf.delete(thread);
      if (!dismissed.delete(thread) && !closing) relaunch(wasReady ? 0 : failuresInARow + 1);
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

  async function renew(data: unknown): Promise<void> {
    for (;;) {
      const old = [...all].find((thread) => dataOf.get(thread) !== data && !dismissed.has(thread));
      if (old === undefined) break;
      if (closing) throw drainingError();
      const fresh = launch(0, data);
      // It is on trial: where it does not start, the old one stays.
      dismissed.add(fresh);
      ready = await fresh.ready;
      dismissed.delete(fresh);
      workerData = data;
      dismissed.add(old);
      await old.retire();
    }
    workerData = data;
  }

  async function close(): Promise<void> {
    closing = true;
    for (const timer of restarts) clearTimeout(timer);
    const reason = drainingError();
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
  const runTold: ThreadPool<Job, Result, Ready>['runTold'] = (job, transfer) => {
    if (closing) return Promise.reject(drainingError());
    return new Promise((resolve, reject) => {
      const answered = (result: Result, by: Ready) => resolve({ result, by });
      queue.push({ job, transfer, resolve: answered, reject });
      dispatch();
    });
  };
  return {
    get ready() {
      return ready;
    },
    run: async (job, transfer) => (await runTold(job, transfer)).result,
    runTold,
    renew,
    close,
  };
}

function drainingError(): FramegateError {
  return new FramegateError('server-draining', 'the pool of threads is closing', { retryable: true });
}
