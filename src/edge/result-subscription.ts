import type { ResultRecord } from '../protocol/records.ts';
import type { Clock, ResultFeed } from './ports.ts';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

export interface ResultSubscriptionDeps {
  readonly feed: ResultFeed;
  readonly clock: Clock;
  readonly sessionId: string;
  /** Captures from before the subscription. Results that are there already are asked for once it stands, so none falls between. */
  readonly captureIds: readonly string[];
  readonly onResult: (record: ResultRecord) => void;
  readonly onFailed: (error: unknown) => void;
}

export interface ResultSubscription {
  /** A capture is about to be published. */
  expect(captureId: string): void;
  close(): void;
}

/**
 * Keeps one session subscribed to its results, also while the bus is away for some time. A session without captures has
 * none: most of the sessions of a full node are such.
 */
export function createResultSubscription(deps: ResultSubscriptionDeps): ResultSubscription {
  const expected = new Set(deps.captureIds);
  let started = false;
  let ended = false;
  let unsubscribe: (() => void) | null = null;
  let cancelRetry: (() => void) | null = null;

  function deliver(record: ResultRecord): void {
    if (!ended) deps.onResult(record);
  }

  /** `captureIds`: those that may have results already. */
  async function start(captureIds: readonly string[], retryMs: number): Promise<void> {
    started = true;
    try {
      if (unsubscribe === null) {
        const stop = await deps.feed.subscribe(deps.sessionId, deliver);
        if (ended) return stop();
        unsubscribe = stop;
      }
      if (captureIds.length === 0) return;
      for (const record of await deps.feed.replay(deps.sessionId, captureIds)) deliver(record);
    } catch (error) {
      if (ended) return;
      deps.onFailed(error);
      cancelRetry = deps.clock.setTimer(retryMs, () => {
        // What was published meanwhile may have its results by now.
        void start([...expected], Math.min(LONGEST_RETRY_MS, retryMs * 2));
      });
    }
  }

  if (expected.size > 0) void start([...expected], FIRST_RETRY_MS);
  return {
    expect(captureId) {
      expected.add(captureId);
      // Its results cannot be there yet: NATS is told of the subscription before it gets the capture.
      if (!started) void start([], FIRST_RETRY_MS);
    },
    close() {
      ended = true;
      cancelRetry?.();
      unsubscribe?.();
    },
  };
}
