import type { ResultRecord } from '../protocol/records.ts';
import type { Clock, ResultFeed } from './ports.ts';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

export interface ResultSubscriptionDeps {
  readonly feed: ResultFeed;
  readonly clock: Clock;
  readonly sessionId: string;
  /** Results that were there before the subscription are asked for once it stands, so none falls between. */
  readonly captureIds: readonly string[];
  readonly onResult: (record: ResultRecord) => void;
  readonly onFailed: (error: unknown) => void;
}

/** Keeps one session subscribed to its results, also while the bus is away for some time. Gives the end of it. */
export function subscribeToResults(deps: ResultSubscriptionDeps): () => void {
  let ended = false;
  let unsubscribe: (() => void) | null = null;
  let cancelRetry: (() => void) | null = null;

  function deliver(record: ResultRecord): void {
    if (!ended) deps.onResult(record);
  }

  async function start(retryMs: number): Promise<void> {
    try {
      if (unsubscribe === null) {
        const stop = await deps.feed.subscribe(deps.sessionId, deliver);
        if (ended) return stop();
        unsubscribe = stop;
      }
      if (deps.captureIds.length === 0) return;
      for (const record of await deps.feed.replay(deps.sessionId, deps.captureIds)) deliver(record);
    } catch (error) {
      if (ended) return;
      deps.onFailed(error);
      cancelRetry = deps.clock.setTimer(retryMs, () => {
        void start(Math.min(LONGEST_RETRY_MS, retryMs * 2));
      });
    }
  }

  void start(FIRST_RETRY_MS);
  return () => {
    ended = true;
    cancelRetry?.();
    unsubscribe?.();
  };
}
