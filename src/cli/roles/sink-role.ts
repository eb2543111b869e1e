import { createCaptureShelf } from '../../bus/capture-shelf.ts';
import { createBatchSource } from '../../bus/consume-batches.ts';
import type { Bus } from '../../bus/create-bus.ts';
import { createDeadLetters } from '../../bus/dead-letters.ts';
import { trimAcknowledged } from '../../bus/trim-acknowledged.ts';
import { resultKindsOfProfile } from '../../protocol/result-kinds.ts';
import { startCaptureSweep } from '../../store/capture-sweep.ts';
import { createErasures } from '../../store/erasures.ts';
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
    erasures: createErasures({
      store,
      cluster: config.store.cluster ?? undefined,
      onErased: (erased) => logger.info(erased, 'erased from ClickHouse'),
      onLate: (rows) => logger.info({ rows }, 'late rows of somebody who was erased were removed'),
    }),
    deadLetter: (broken) => deadLetters.putRecord(broken),
    maxBatchRows: batchRows,
    maxBatchBytes: batchBytes,
    maxBatchWaitMs: batchMs,
    onInserted: ({ table, rows, durationMs }) => metrics.pipeline.inserted(table, rows, durationMs),
    onBroken: ({ stream, streamSeq, reason }) =>
      logger.error({ stream, streamSeq, reason }, 'record can never be stored'),
  });
  await sink.start();
  const trimming = trimAcknowledged(bus);
  const sweep = startCaptureSweep({
    shelf: createCaptureShelf(bus),
    store,
    sink,
    kindsOf: resultKindsOfProfile,
    onMended: (capture) =>
      logger.warn(capture, 'a capture that JetStream had lost track of is taken up again'),
    onMisplaced: ({ captureId, streamSeq }) =>
      logger.warn({ captureId, streamSeq }, 'the servers of CAPTURES disagree on what lies where'),
    // Whatever is away is told by those who need it all the time.
    onFailure: (error) => logger.debug({ err: error }, 'captures could not be looked through'),
  });
  return {
    name: 'sink',
    summary: `batches of ${batchRows} rows or ${batchMs} ms`,
    async stop() {
      await sweep.stop();
      await sink.stop();
      await trimming.stop();
    },
  };
}
