import { type RecordTable, type TableRecord, tableRecordSchema } from '../protocol/body-captures.ts';
import { BUS_HEADERS } from '../protocol/bus-messages.ts';
import { type FramegateError, toFramegateError } from '../protocol/framegate-error.ts';
import type { Bus } from './create-bus.ts';
import { createOutbox, type OutboxStats } from './outbox.ts';
import { type Publication, publishWithAck } from './publish-with-ack.ts';
import { recordSubject } from './subjects.ts';

export interface RecordLogOptions {
  /** Most bytes kept while the bus is away. Default 32 MiB. */
  readonly maxBytes?: number;
  readonly onDropped?: (records: number) => void;
  readonly onRetry?: (error: FramegateError, delayMs: number) => void;
}

type Row = Readonly<Record<string, unknown>>;

/** Puts rows of history on RECORDS, one message a row, its table and recordId the message id. */
export interface BusRecordLog {
  /** Never waits and never throws. */
  write(table: RecordTable, recordId: string, row: Row): void;
  /** Resolves when the stream has it. Rejects with bus errors. */
  put(table: RecordTable, recordId: string, row: Row): Promise<void>;
  stats(): OutboxStats;
  /** Sends what waits, for up to `timeoutMs` (default 5 s). */
  close(timeoutMs?: number): Promise<void>;
}

export function createRecordLog(bus: Bus, options: RecordLogOptions = {}): BusRecordLog {
  const outbox = createOutbox({
    flushItems: 64,
    flushBytes: 1024 * 1024,
    // People look for what they have just saved: gather only what comes in one turn of the loop.
    flushMs: 0,
    maxBytes: options.maxBytes ?? 32 * 1024 * 1024,
    ...(options.onDropped === undefined ? {} : { onDropped: options.onDropped }),
    ...(options.onRetry === undefined ? {} : { onRetry: options.onRetry }),
    send: async (items) => {
      await Promise.all(
        items.map(async (item) => {
          try {
            await publishWithAck(bus, publicationOf(item));
          } catch (thrown) {
            // One that can never be sent must not take the others with it.
            if (toFramegateError(thrown).retryable) throw thrown;
            options.onDropped?.(1);
          }
        }),
      );
    },
  });
  return {
    write: (table, recordId, row) => outbox.add(JSON.stringify({ table, recordId, row })),
    put: async (table, recordId, row) => {
      await publishWithAck(bus, publicationOf(JSON.stringify({ table, recordId, row })));
    },
    stats: outbox.stats,
    close: (timeoutMs = 5000) => outbox.close(timeoutMs),
  };
}

/** The last token is the row's own id, of which there may be several records. */
function publicationOf(data: string): Publication {
  const { table, recordId, row }: TableRecord = tableRecordSchema.parse(JSON.parse(data));
  return {
    stream: 'RECORDS',
    subject: recordSubject(table, typeof row.id === 'string' && row.id !== '' ? row.id : recordId),
    // One row's id and version are those of a row of another table too.
    messageId: `${table}.${recordId}`,
    data,
    headers: { [BUS_HEADERS.contentType]: 'application/json' },
  };
}
