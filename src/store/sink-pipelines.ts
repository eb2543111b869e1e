/** What becomes of each stream's messages: which records they hold, and which rows of which tables a record makes. */
import { z } from 'zod';
import { tableRecordSchema } from '../protocol/body-captures.ts';
import { BUS_HEADERS } from '../protocol/bus-messages.ts';
import {
  captureRecordSchema,
  eventRecordSchema,
  type FrameRecord,
  frameRecordSchema,
  resultRecordSchema,
} from '../protocol/records.ts';
import { captureRow } from './rows/capture-row.ts';
import { eventRow, sessionRow } from './rows/event-rows.ts';
import { FRAME_COLUMNS, writeFrameRow } from './rows/frame-row.ts';
import { type ErasureRequest, erasureRequestSchema, RECORD_ROWS } from './rows/record-rows.ts';
import { measurementRows, resultRow } from './rows/result-rows.ts';
import type { SinkMessage, SinkStream } from './sink-types.ts';
import { jsonTable, type TableFormat } from './table-batch.ts';

export interface Pipeline {
  readonly stream: SinkStream;
  readonly durable: string;
  readonly headersOnly: boolean;
  /** Batches in hand at once: with two, one is decoded while the other is on its way. */
  readonly consumers: number;
  /** Share of the usual wait: rows that somebody looks for soon come more often, in smaller inserts. */
  readonly waitShare: number;
  /** How many times larger a record is as payload than as a row. */
  readonly payloadPerRowBytes: number;
  /** The JSON texts of a message's records. */
  texts(message: SinkMessage): string[];
  /** The rows of one record, or what else is to be done with it. */
  rows(record: unknown, message: SinkMessage): RecordMeaning;
}

/** Rows; why there are none; or whom to forget, after everything that came before. */
export type RecordMeaning =
  | readonly TableRow[]
  | { readonly reason: string }
  | { readonly erasure: ErasureRequest };

/** A row and the table that it belongs to; the format knows how to write it. */
export interface TableRow {
  readonly format: TableFormat<never>;
  readonly row: object;
}

const FRAMES: TableFormat<FrameRecord> = {
  table: 'frames_stored',
  clause: `(${FRAME_COLUMNS.join(', ')}) FORMAT RowBinary`,
  write: writeFrameRow,
};
const CAPTURES = jsonTable('captures_stored');
const RESULTS = jsonTable('results_stored');
const MEASUREMENTS = jsonTable('measurements_stored');
const EVENTS = jsonTable('events_stored');
const SESSIONS = jsonTable('sessions_stored');

/** A record outside of this span is a broken clock's; it would make partitions that nobody ever reads. */
const EARLIEST_MS = Date.UTC(2020, 0, 1);
const AHEAD_MS = 2 * 24 * 3600 * 1000;

export function createPipelines(nowMs: () => number): Pipeline[] {
  const isFarFromNow = (timeMs: number) => timeMs < EARLIEST_MS || timeMs > nowMs() + AHEAD_MS;
  const checked = <T>(
    schema: z.ZodType<T>,
    atMs: (record: T) => number,
    rows: (record: T) => TableRow[],
  ): Pipeline['rows'] => {
    return (record) => {
      const parsed = schema.safeParse(record);
      if (!parsed.success) return { reason: firstIssue(parsed.error) };
      const time = atMs(parsed.data);
      if (isFarFromNow(time)) return { reason: `time ${time} is not near now` };
      return rows(parsed.data);
    };
  };
  return [
    {
      stream: 'METRICS',
      durable: 'sink-metrics',
      headersOnly: false,
      consumers: 2,
      waitShare: 1,
      payloadPerRowBytes: 3,
      texts: jsonLines,
      rows: checked(
        frameRecordSchema,
        (record) => record.receivedAtMs,
        (record) => [{ format: FRAMES, row: record }],
      ),
    },
    {
      stream: 'CAPTURES',
      durable: 'sink-captures',
      headersOnly: true,
      consumers: 1,
      waitShare: 0.5,
      payloadPerRowBytes: 1,
      texts: (message) => [message.headers.get(BUS_HEADERS.capture) ?? ''],
      rows: checked(
        captureRecordSchema,
        (record) => record.acceptedAtMs,
        (record) => [{ format: CAPTURES, row: captureRow(record) }],
      ),
    },
    {
      stream: 'RESULTS',
      durable: 'sink-results',
      headersOnly: false,
      consumers: 1,
      waitShare: 0.5,
      payloadPerRowBytes: 1,
      texts: jsonText,
      rows: checked(
        resultRecordSchema,
        (record) => record.finishedAtMs,
        (record) => [
          ...measurementRows(record).map((row) => ({ format: MEASUREMENTS, row })),
          { format: RESULTS, row: resultRow(record) },
        ],
      ),
    },
    {
      stream: 'EVENTS',
      durable: 'sink-events',
      headersOnly: false,
      consumers: 1,
      waitShare: 1,
      payloadPerRowBytes: 1,
      texts: jsonText,
      rows: checked(
        eventRecordSchema,
        (record) => record.atMs,
        (record) => {
          const session = sessionRow(record);
          const event = { format: EVENTS, row: eventRow(record) };
          return session === null ? [event] : [{ format: SESSIONS, row: session }, event];
        },
      ),
    },
    {
      stream: 'RECORDS',
      durable: 'sink-records',
      headersOnly: false,
      consumers: 1,
      waitShare: 0.5,
      payloadPerRowBytes: 1,
      texts: jsonText,
      rows(record, { storedAtMs = nowMs() }) {
        const parsed = tableRecordSchema.safeParse(record);
        if (!parsed.success) return { reason: firstIssue(parsed.error) };
        const { table, row } = parsed.data;
        if (table === 'erasures') {
          const erasure = erasureRequestSchema.safeParse(row);
          return erasure.success ? { erasure: erasure.data } : { reason: firstIssue(erasure.error) };
        }
        const made = RECORD_ROWS[table](row, storedAtMs);
        if (made instanceof z.ZodError) return { reason: firstIssue(made) };
        if (isFarFromNow(made.atMs)) return { reason: `time ${made.atMs} is not near now` };
        return [{ format: jsonTable(`${table}_stored`), row: made.row }];
      },
    },
  ];
}

const utf8 = new TextDecoder();

function jsonText(message: SinkMessage): string[] {
  return [utf8.decode(message.data)];
}

/** One record a line, or one JSON array of records. */
function jsonLines(message: SinkMessage): string[] {
  const text = utf8.decode(message.data).trim();
  if (!text.startsWith('[')) return text === '' ? [] : text.split('\n').filter((line) => line.trim() !== '');
  try {
    const records: unknown = JSON.parse(text);
    if (Array.isArray(records)) return records.map((record) => JSON.stringify(record));
  } catch {
    // Told below, as one broken record.
  }
  return [text];
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'invalid' : `${issue.path.join('.') || 'record'}: ${issue.message}`;
}
