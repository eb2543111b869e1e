import { FramegateError } from '../protocol/framegate-error.ts';
import { type ResultRecord, resultRecordSchema } from '../protocol/records.ts';
import type { Bus } from './create-bus.ts';
import { natsError } from './nats-errors.ts';
import { storedResults } from './stored-results.ts';
import { sessionResultsSubject } from './subjects.ts';

export interface ResultFeed {
  /**
   * Calls `handler` for every result of the session from now on. Resolves once results are sure to arrive.
   * A result may come twice: live, and in a replay that began before it. Rejects with bus-unavailable.
   */
  subscribe(sessionId: string, handler: (result: ResultRecord) => void): Promise<() => void>;
  /** The results that are there already for these captures, oldest first. Rejects with bus-unavailable. */
  replay(sessionId: string, captureIds: readonly string[]): Promise<readonly ResultRecord[]>;
}

export interface ResultFeedOptions {
  /** A message on the session's subject that is no result; it is left out. */
  readonly onInvalid?: (error: FramegateError) => void;
}

export function createResultFeed(bus: Bus, options: ResultFeedOptions = {}): ResultFeed {
  /** null, and told, for anything that is no result: NATS is open to other publishers. */
  function parse(read: () => unknown): ResultRecord | null {
    try {
      return resultRecordSchema.parse(read());
    } catch (cause) {
      options.onInvalid?.(
        new FramegateError('message-invalid', 'a message in RESULTS is not a result', { cause }),
      );
      return null;
    }
  }

  return {
    subscribe: async (sessionId, handler) => {
      await bus.nats.connected();
      const subscription = bus.nats.connection.subscribe(sessionResultsSubject(sessionId), {
        callback: (error, message) => {
          if (error !== null) return;
          const result = parse(() => message.json());
          if (result !== null) handler(result);
        },
      });
      try {
        await bus.nats.connection.flush();
      } catch (thrown) {
        subscription.unsubscribe();
        throw natsError(thrown, 'subscribing to results');
      }
      return () => {
        subscription.unsubscribe();
      };
    },
    replay: async (sessionId, captureIds) => {
      if (captureIds.length === 0) return [];
      await bus.nats.connected();
      const stored = await storedResults(bus.nats.results.manager, sessionResultsSubject(sessionId));
      return stored
        .map((message) => parse(() => message.json()))
        .filter((result) => result !== null && captureIds.includes(result.captureId))
        .filter((result) => result !== null);
    },
  };
}
