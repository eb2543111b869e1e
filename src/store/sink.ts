/**
 * JetStream to ClickHouse. A batch of messages becomes one insert a table; the source acknowledges the batch after the
 * inserts have returned. What comes twice is stored twice and counted once (migrations/001), so that a crash between
 * insert and acknowledgement needs no more than another delivery.
 */
import { setImmediate } from 'node:timers/promises';
import { FramegateError, toFramegateError } from '../protocol/framegate-error.ts';
import { collectIds, noIds } from './erasure-targets.ts';
import type { Erasures } from './erasures.ts';
import { insertAround } from './insert-around.ts';
import { createPipelines, type Pipeline, type RecordMeaning, type TableRow } from './sink-pipelines.ts';
import type { BrokenRecord, SinkMessage, SinkSource, SinkStream } from './sink-types.ts';
import { createTableBatch, type TableBatch } from './table-batch.ts';
import type { Store } from './types.ts';

export type * from './sink-types.ts';

export interface SinkOptions {
  readonly source: SinkSource;
  readonly store: Pick<Store, 'insertBytes'>;
  /** Forgets people, and keeps late rows of the forgotten away. Without it an erasure waits for a sink that has it. */
  readonly erasures?: Erasures;
  /** Resolves once the broken record is kept somewhere; its batch is acknowledged only then. It may come twice. */
  readonly deadLetter: (broken: BrokenRecord) => Promise<void>;
  /** An insert has at most this many rows. Default 10,000. */
  readonly maxBatchRows?: number;
  /** An insert has at most about this many bytes. Default 8 MiB. */
  readonly maxBatchBytes?: number;
  /** How long a row waits for others at most; captures and results half as long. Default 500 ms. */
  readonly maxBatchWaitMs?: number;
  readonly onInserted?: (inserted: { table: string; rows: number; durationMs: number }) => void;
  readonly onBroken?: (broken: BrokenRecord) => void;
  readonly nowMs?: () => number;
}

export interface Sink {
  start(): Promise<void>;
  /** Stores one message beside the consumers' order: one that they were not given. Rejects as an insert does. */
  take(stream: SinkStream, message: SinkMessage): Promise<void>;
  /** Finishes the batches in hand and ends. */
  stop(): Promise<void>;
}

interface Origin {
  readonly message: SinkMessage;
  readonly text: string;
}

type Batch = TableBatch<never, Origin>;

/** In one process with an edge, a sink that catches up must not hold its sockets up. */
const MAX_BUSY_MS = 5;
const MAX_DEAD_CHARS = 64 * 1024;
const NO_ERASURES: Erasures = {
  carryOut: async () => {
    throw new FramegateError('internal', 'this sink erases nothing', { retryable: true });
  },
  afterInsert: async () => {},
};

export function createSink(options: SinkOptions): Sink {
  const { source, store, deadLetter, maxBatchRows = 10_000, erasures = NO_ERASURES, onInserted } = options;
  const pipelines = createPipelines(options.nowMs ?? Date.now);
  let consumptions: { stop(): Promise<void> }[] = [];

  async function bury(
    pipeline: Pipeline,
    message: SinkMessage,
    reason: string,
    record: string,
  ): Promise<void> {
    const { subject, streamSeq } = message;
    const broken = {
      stream: pipeline.stream,
      subject,
      streamSeq,
      reason,
      record: record.slice(0, MAX_DEAD_CHARS),
    };
    await deadLetter(broken);
    options.onBroken?.(broken);
  }

  async function insert(pipeline: Pipeline, batch: Batch): Promise<void> {
    const { table } = batch.format;
    const startedMs = performance.now();
    const refused = await insertAround(store, batch);
    for (const { origin, reason } of refused) {
      await bury(pipeline, origin.message, `${table}: ${reason}`, origin.text);
    }
    onInserted?.({ table, rows: batch.rows - refused.length, durationMs: performance.now() - startedMs });
  }

  async function handle(pipeline: Pipeline, messages: readonly SinkMessage[]): Promise<void> {
    let batches = new Map<string, Batch>();
    let rowCount = 0;
    let ids = noIds();
    // Rows are made while the ones before them are on their way.
    let underWay: Promise<void> = Promise.resolve();
    const flush = async (): Promise<void> => {
      await underWay;
      const full = batches;
      const written = ids;
      batches = new Map();
      rowCount = 0;
      ids = noIds();
      underWay = (async () => {
        for (const batch of full.values()) await insert(pipeline, batch);
        if (full.size > 0) await erasures.afterInsert(written);
      })();
      // It is awaited below; until then a failure must not count as unhandled.
      underWay.catch(() => undefined);
    };
    let breathedAtMs = performance.now();
    for (const message of messages) {
      if (performance.now() - breathedAtMs > MAX_BUSY_MS) {
        await setImmediate();
        breathedAtMs = performance.now();
      }
      for (const text of pipeline.texts(message)) {
        const made = rowsOf(pipeline, text, message);
        if ('erasure' in made) {
          // What came before it is there then, and goes with it.
          await flush();
          await underWay;
          await erasures.carryOut(made.erasure);
          continue;
        }
        const problem = 'reason' in made ? made.reason : addRows(batches, made, { message, text });
        if (!('reason' in made)) for (const { format, row } of made) collectIds(ids, format.table, row);
        if (problem !== null) await bury(pipeline, message, problem, text);
        else rowCount += 1;
      }
      if (rowCount >= maxBatchRows) await flush();
    }
    await flush();
    await underWay;
  }

  return {
    async start() {
      consumptions = await Promise.all(
        pipelines.flatMap((pipeline) =>
          Array.from({ length: pipeline.consumers }, () =>
            source.consumeBatches(
              {
                stream: pipeline.stream,
                durable: pipeline.durable,
                headersOnly: pipeline.headersOnly,
                maxMessages: maxBatchRows,
                maxBytes: (options.maxBatchBytes ?? 8 * 1024 * 1024) * pipeline.payloadPerRowBytes,
                maxWaitMs: (options.maxBatchWaitMs ?? 500) * pipeline.waitShare,
              },
              async (batch) => {
                try {
                  await handle(pipeline, batch);
                } catch (error) {
                  throw retryable(error);
                }
              },
            ),
          ),
        ),
      );
    },
    take: (stream, message) => handle(pipelines.find((one) => one.stream === stream)!, [message]),
    async stop() {
      await Promise.all(consumptions.map((consumption) => consumption.stop()));
      consumptions = [];
    },
  };
}

/** Why the rows could not be added; null when they were. */
function addRows(batches: Map<string, Batch>, rows: readonly TableRow[], origin: Origin): string | null {
  for (const { format, row } of rows) {
    let batch = batches.get(format.table);
    if (batch === undefined) {
      batch = createTableBatch(format);
      batches.set(format.table, batch);
    }
    try {
      batch.add(row as never, origin);
    } catch (error) {
      if (error instanceof RangeError) return `${format.table}: ${error.message}`;
      throw error;
    }
  }
  return null;
}

function rowsOf(pipeline: Pipeline, text: string, message: SinkMessage): RecordMeaning {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return { reason: 'not JSON' };
  }
  return pipeline.rows(record, message);
}

/** A wrong password or a missing table is mended by people; the messages are not to blame and must wait for that. */
function retryable(thrown: unknown): FramegateError {
  const error = toFramegateError(thrown);
  if (error.retryable) return error;
  return new FramegateError(error.code, error.message, {
    retryable: true,
    ...(error.details === undefined ? {} : { details: error.details }),
    cause: error,
  });
}
