import type { MessagePort } from 'node:worker_threads';
import { type PoolMessage, type ThreadMessage, toErrorMessage } from './thread-messages.ts';

/** What a thread does with its jobs. */
export interface JobServer<Job, Result> {
  answer(job: Job): Promise<Result>;
  /** The memory of an answer that is handed over instead of copied. */
  transferOf?(result: Result): ArrayBuffer[];
  /** Resolves when no native code runs any more and none will start: after it the thread ends. */
  stop(): Promise<void>;
}

/** Runs `load`, whose time counts for none of the thread's jobs: it loads what later jobs need too. */
export type WhileLoading = <Loaded>(atMostMs: number, load: () => Promise<Loaded>) => Promise<Loaded>;

/**
 * The thread's side of a pool: prepares, says that it is ready, answers jobs as they come, and ends itself when it is
 * told to. What `prepare` throws is what the pool's creator rejects with.
 */
export async function serveJobs<Job, Result, Ready>(
  port: MessagePort,
  prepare: (
    whileLoading: WhileLoading,
  ) => Promise<{ readonly ready: Ready; readonly server: JobServer<Job, Result> }>,
): Promise<void> {
  const say = (message: ThreadMessage<Ready, Result>, transfer: ArrayBuffer[] = []) =>
    port.postMessage(message, transfer);
  const whileLoading: WhileLoading = async (atMostMs, load) => {
    say({ type: 'loading', atMostMs });
    try {
      return await load();
    } finally {
      say({ type: 'loaded' });
    }
  };
  try {
    const { ready, server } = await prepare(whileLoading);
    port.on('message', (message: PoolMessage<Job>) => {
      if (message.type === 'stop') {
        void server.stop().finally(() => process.exit());
        return;
      }
      const { jobId, job } = message;
      server.answer(job).then(
        (result) => say({ type: 'done', jobId, result }, server.transferOf?.(result)),
        (thrown: unknown) => say({ type: 'failed', jobId, error: toErrorMessage(thrown) }),
      );
    });
    say({ type: 'ready', ready });
  } catch (thrown) {
    say({ type: 'unready', error: toErrorMessage(thrown) });
    port.close();
  }
}
