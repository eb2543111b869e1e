import { createBatchSource } from '../../bus/consume-batches.ts';
import type { Bus } from '../../bus/create-bus.ts';
import { createDeadLetters } from '../../bus/dead-letters.ts';
import { createSink } from '../../store/sink.ts';
import type { Store } from '../../store/types.ts';
import { consumeLogger } from './consume-logger.ts';
import type { RoleContext, RunningRole } from './role.ts';

/** JetStream to ClickHouse in batches. */
export async function startSink(
  { config, logger, metrics }: RoleContext,
  { bus, store }: { bus: Bus; store: Store },
): Promise<RunningRole> {
  const { batchRows, batchBytes, batchMs } = config.store;
  const deadLetters = createDeadLetters(bus);
  const sink = createSink({
    source: createBatchSource(bus, { onEvent: consumeLogger(logger, metrics) }),
    store,
    deadLetter: (broken) => deadLetters.putRecord(broken),
    maxBatchRows: batchRows,
    maxBatchBytes: batchBytes,
    maxBatchWaitMs: batchMs,
    onInserted: ({ table, rows, durationMs }) => metrics.pipeline.inserted(table, rows, durationMs),
    onBroken: ({ stream, streamSeq, reason }) =>
      logger.error({ stream, streamSeq, reason }, 'record can never be stored'),
  });
  await sink.start();
  return {
    name: 'sink',
    summary: `batches of ${batchRows} rows or ${batchMs} ms`,
    stop: () => sink.stop(),
  };
}
