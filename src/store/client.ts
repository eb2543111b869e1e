/** The one client of ClickHouse: a server's HTTP interface, or the embedded engine's, which is the same. */
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { QueryParams, Store, StoreSettings } from './types.ts';

export const DEFAULT_DATABASE = 'framegate';

/** Codes of ClickHouse that the same call may not meet again: overload, a lagging or restarting server. */
const RETRYABLE_CODES = new Set([
  '159', '202', '209', '210', '225', '236', '241', '242', '252', '279', '285', '286', '319', '394', '473', '999',
]); // biome-ignore format: a list of numbers
/** Codes that speak of the inserted rows themselves. */
const DATA_CODES = new Set([
  '6', '25', '26', '27', '28', '33', '38', '41', '53', '69', '70', '72', '117', '130', '131', '321', '349', '691',
]); // biome-ignore format: a list of numbers

/** Connects lazily: nothing is sent before the first call. */
export function createStore(settings: StoreSettings): Store {
  const database = settings.database ?? DEFAULT_DATABASE;
  const client = createClient({
    url: settings.url,
    username: settings.username ?? 'default',
    password: settings.password ?? '',
    database,
    application: 'framegate',
    request_timeout: settings.requestTimeoutMs ?? 30_000,
    max_open_connections: 16,
    // Failures leave here as FramegateErrors; the client's own log would print them a second time.
    log: { level: ClickHouseLogLevel.OFF },
  });

  const insertSettings = {
    // A batch is made here; the answer has to mean that the rows are there.
    async_insert: 0,
    // Rows of a batch may be weeks apart after an outage.
    max_partitions_per_insert_block: '1000',
  } as const;

  return {
    database,
    async ping() {
      const result = await client.ping({ select: false });
      if (!result.success) throw translate(result.error);
    },
    async query<Row>(sql: string, params: QueryParams = {}) {
      return await translated(async () => {
        const result = await client.query({ query: sql, format: 'JSONEachRow', query_params: params });
        return await result.json<Row>();
      });
    },
    async command(sql, params = {}) {
      await translated(() => client.command({ query: sql, query_params: params }));
    },
    async insert(table, values) {
      if (values.length === 0) return;
      await translated(() =>
        client.insert({ table, values, format: 'JSONEachRow', clickhouse_settings: insertSettings }),
      );
    },
    async insertBytes(table, clause, bytes) {
      if (bytes.byteLength === 0) return;
      await translated(async () => {
        const { stream } = await client.exec({
          query: `INSERT INTO ${table} ${clause}`,
          values: Readable.from([bytes], { objectMode: false }),
          clickhouse_settings: insertSettings,
        });
        // The socket is free again once the empty answer has been read.
        await finished(stream.resume());
      });
    },
    async stream(sql, format, params = {}) {
      const result = await translated(() =>
        client.exec({
          query: sql,
          query_params: params,
          clickhouse_settings: { default_format: format } as Record<string, string>,
        }),
      );
      return translatedChunks(result.stream);
    },
    close: () => client.close(),
  };
}

/** Whether ClickHouse refused an insert for what is in its rows, so that fewer rows may pass. */
export function isDataError(error: unknown): boolean {
  return error instanceof FramegateError && DATA_CODES.has(String(error.details?.clickhouseCode));
}

async function translated<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw translate(thrown);
  }
}

async function* translatedChunks(stream: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (thrown) {
    throw translate(thrown);
  }
}

function translate(thrown: unknown): FramegateError {
  if (thrown instanceof FramegateError) return thrown;
  const message = (thrown instanceof Error ? thrown.message : String(thrown)).trim();
  if (thrown instanceof ClickHouseError) {
    return new FramegateError(
      'query-failed',
      `ClickHouse: ${message} (${thrown.type ?? 'code'} ${thrown.code})`,
      {
        retryable: RETRYABLE_CODES.has(thrown.code),
        details: { clickhouseCode: Number(thrown.code), clickhouseType: thrown.type },
        cause: thrown,
      },
    );
  }
  return new FramegateError('store-unavailable', `ClickHouse does not answer: ${message}`, {
    retryable: true,
    cause: thrown,
  });
}
