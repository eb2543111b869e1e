import { BUS_HEADERS } from '../protocol/bus-messages.ts';
import type { FramegateError } from '../protocol/framegate-error.ts';
import type { FrameRecord } from '../protocol/records.ts';
import type { Bus } from './create-bus.ts';
import { createOutbox, type OutboxStats } from './outbox.ts';
import { publishWithAck } from './publish-with-ack.ts';
import { frameMetricsSubject } from './subjects.ts';

export interface FrameLogOptions {
  readonly node: string;
  /** Unique to this run of the process: it makes message ids that no other run has made. */
  readonly runId: string;
  /** A batch leaves with this many records, this many bytes, or after this time. Defaults 200, 256 KiB, 250 ms. */
  readonly batchRecords?: number;
  readonly batchBytes?: number;
  readonly batchMs?: number;
  /** Most bytes kept while the bus is away; then the oldest are dropped. Default 16 MiB. */
  readonly maxBytes?: number;
  readonly onDropped?: (records: number) => void;
  readonly onRetry?: (error: FramegateError, delayMs: number) => void;
}

/** Puts a row per frame on METRICS, in batches of newline-delimited JSON. */
export interface FrameLog {
  /** Never waits and never throws. */
  record(record: FrameRecord): void;
  stats(): OutboxStats;
  /** Sends what waits, for up to `timeoutMs` (default 5 s). */
  close(timeoutMs?: number): Promise<void>;
}

export function createFrameLog(bus: Bus, options: FrameLogOptions): FrameLog {
  const outbox = createOutbox({
    flushItems: options.batchRecords ?? 200,
    flushBytes: options.batchBytes ?? 256 * 1024,
    flushMs: options.batchMs ?? 250,
    maxBytes: options.maxBytes ?? 16 * 1024 * 1024,
    ...(options.onDropped === undefined ? {} : { onDropped: options.onDropped }),
    ...(options.onRetry === undefined ? {} : { onRetry: options.onRetry }),
    send: async (lines, batchNumber) => {
      await publishWithAck(bus, {
        stream: 'METRICS',
        subject: frameMetricsSubject(options.node),
        messageId: `${options.node}.${options.runId}.${batchNumber}`,
        data: `${lines.join('\n')}\n`,
        headers: {
          [BUS_HEADERS.contentType]: 'application/x-ndjson',
          [BUS_HEADERS.recordCount]: String(lines.length),
        },
      });
    },
  });
  return {
    record: (record) => outbox.add(JSON.stringify(record)),
    stats: outbox.stats,
    close: (timeoutMs = 5000) => outbox.close(timeoutMs),
  };
}
