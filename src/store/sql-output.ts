/** Runs a query for a person or a pipe, in ClickHouse's own formats, as the rows come. */
import { once } from 'node:events';
import type { Store } from './types.ts';

export interface SqlOutputOptions {
  /** Any format of ClickHouse; a table for people where absent. */
  readonly format: string | undefined;
  readonly output: NodeJS.WritableStream;
}

/**
 * Writes what the query gives to `output`, at the pace at which that takes it; a FORMAT clause in the query wins over
 * `format`. Ends quietly when the reader has gone (`| head`). Rejects with query-failed or store-unavailable.
 */
export async function runSql(
  store: Pick<Store, 'stream'>,
  sql: string,
  { format, output }: SqlOutputOptions,
): Promise<void> {
  const chosen = format ?? 'PrettyCompactMonoBlock';
  let gone = false;
  const onError = (error: Error): void => {
    gone = true;
    if (!('code' in error) || error.code !== 'EPIPE') failure = error;
  };
  let failure: Error | null = null;
  output.on('error', onError);
  try {
    for await (const chunk of await store.stream(sql, chosen)) {
      if (gone) break;
      if (!output.write(chunk) && !gone) {
        await Promise.race([once(output, 'drain'), once(output, 'close')]).catch(() => undefined);
      }
    }
  } finally {
    output.off('error', onError);
  }
  if (failure !== null) throw failure;
}
