import { BUS_HEADERS } from '../protocol/bus-messages.ts';
import type { FramegateError } from '../protocol/framegate-error.ts';
import type { EventRecord } from '../protocol/records.ts';
import type { Bus } from './create-bus.ts';
import { createOutbox, type OutboxStats } from './outbox.ts';
import { publishWithAck } from './publish-with-ack.ts';
import { eventSubject } from './subjects.ts';

export interface EventLogOptions {
  /** Most bytes kept while the bus is away. Default 32 MiB: the audit trail outlasts a long absence. */
  readonly maxBytes?: number;
  readonly onDropped?: (records: number) => void;
  readonly onRetry?: (error: FramegateError, delayMs: number) => void;
}

/** Puts the audit trail on EVENTS, one message per event, its id the message id. */
export interface EventLog {
  /** Never waits and never throws. */
  record(record: EventRecord): void;
  stats(): OutboxStats;
  /** Sends what waits, for up to `timeoutMs` (default 5 s). */
  close(timeoutMs?: number): Promise<void>;
}

export function createEventLog(bus: Bus, options: EventLogOptions = {}): EventLog {
  const outbox = createOutbox({
    flushItems: 64,
    flushBytes: 1024 * 1024,
    // Events are few and people wait for them: gather only what comes in one turn of the loop.
    flushMs: 0,
    maxBytes: options.maxBytes ?? 32 * 1024 * 1024,
    ...(options.onDropped === undefined ? {} : { onDropped: options.onDropped }),
    ...(options.onRetry === undefined ? {} : { onRetry: options.onRetry }),
    send: async (items) => {
      await Promise.all(
        items.map((item) => {
          const { entity, event, eventId } = JSON.parse(item) as EventRecord;
          return publishWithAck(bus, {
            stream: 'EVENTS',
            subject: eventSubject(entity, event),
            messageId: eventId,
            data: item,
            headers: { [BUS_HEADERS.contentType]: 'application/json' },
          });
        }),
      );
    },
  });
  return {
    record: (record) => outbox.add(JSON.stringify(record)),
    stats: outbox.stats,
    close: (timeoutMs = 5000) => outbox.close(timeoutMs),
  };
}
