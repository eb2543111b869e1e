/**
 * Question: how much of the rate at which a bare ClickHouse client inserts frames does the sink keep, which also
 * decodes and validates records, makes rows of them, and sends only valid ones?
 *
 *   node loadtest/sink-bench.ts [--rows 160000] [--json]
 *
 * Both insert the same frames into the same tables (rollups included) of one embedded ClickHouse, turn by turn in one
 * run, in inserts of at most 10,000 rows. The bare client gets rows that are ready, as objects, and turns them into
 * JSONEachRow, as `@clickhouse/client` does; the sink gets messages as JetStream delivers them and writes RowBinary,
 * which costs ClickHouse less: that is how it makes up for its own work.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createStore } from '../src/store/client.ts';
import { startEmbeddedClickHouse } from '../src/store/embedded/start.ts';
import { migrate } from '../src/store/migrate.ts';
import { createSink, type SinkMessage, type SinkSource } from '../src/store/sink.ts';
import { frameJsonRow } from '../test/support/frame-json-row.ts';
import { sampleFrame } from '../test/support/sample-records.ts';

const RECORDS_PER_MESSAGE = 200;
const ROWS_PER_INSERT = 10_000;
/** One turn; long enough that the sink's start and end, when only one side works, weigh little. */
const ROWS_PER_ROUND = 40_000;
const MAX_BATCH_BYTES = 24 * 1024 * 1024;

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '160000' }, json: { type: 'boolean' } },
});
const rounds = Math.max(1, Math.round(Number(values.rows) / ROWS_PER_ROUND));

const folder = await mkdtemp(join(tmpdir(), 'framegate-sink-bench-'));
const clickhouse = await startEmbeddedClickHouse({ dataFolder: folder, port: 0 });
try {
  const report = await measure(clickhouse.url);
  if (values.json === true) console.log(JSON.stringify(report));
  else {
    console.log(`bare client  ${report.clientRowsPerSecond} rows/s`);
    console.log(`sink         ${report.sinkRowsPerSecond} rows/s`);
    console.log(`ratio        ${report.ratio}`);
  }
} finally {
  await clickhouse.close();
  await rm(folder, { recursive: true, force: true });
}

async function measure(url: string) {
  await migrate({ url }, { retention: { frameDays: 0, resultDays: 0, eventDays: 0 } });
  const store = createStore({ url });
  const handlers: ((batch: readonly SinkMessage[]) => Promise<void>)[] = [];
  const source: SinkSource = {
    async consumeBatches(options, handle) {
      if (options.stream === 'METRICS') handlers.push(handle);
      return { stop: async () => undefined };
    },
  };
  const sink = createSink({
    source,
    store,
    maxBatchRows: ROWS_PER_INSERT,
    deadLetter: async (broken) => {
      throw new Error(`broken record: ${broken.reason}`);
    },
  });
  await sink.start();
  let clientMs = 0;
  let sinkMs = 0;
  // The first round warms both up.
  for (let round = -1; round < rounds; round++) {
    const rows = frames(`client-${round}`).map(frameJsonRow);
    let startedMs = performance.now();
    for (let i = 0; i < rows.length; i += ROWS_PER_INSERT) {
      await store.insert('frames_stored', rows.slice(i, i + ROWS_PER_INSERT));
    }
    if (round >= 0) clientMs += performance.now() - startedMs;

    const batches = asDelivered(frames(`sink-${round}`));
    startedMs = performance.now();
    // Each consumer takes its next batch when the last one is stored, as on JetStream.
    await Promise.all(
      handlers.map(async (handle) => {
        for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) await handle(batch);
      }),
    );
    if (round >= 0) sinkMs += performance.now() - startedMs;
  }
  const counted = await store.query<{ n: string }>('SELECT count() AS n FROM frames');
  const expected = 2 * (rounds + 1) * ROWS_PER_ROUND;
  if (Number(counted[0]?.n) !== expected)
    throw new Error(`${counted[0]?.n} rows stored instead of ${expected}`);
  await sink.stop();
  await store.close();
  const perSecond = (ms: number): number => Math.round((rounds * ROWS_PER_ROUND * 1000) / ms);
  return {
    rows: rounds * ROWS_PER_ROUND,
    clientRowsPerSecond: perSecond(clientMs),
    sinkRowsPerSecond: perSecond(sinkMs),
    ratio: Number((clientMs / sinkMs).toFixed(3)),
  };
}

function frames(sessionPrefix: string) {
  return Array.from({ length: ROWS_PER_ROUND }, (_, i) =>
    sampleFrame(`${sessionPrefix}-${i % 50}`, 1 + Math.floor(i / 50)),
  );
}

/** Messages in batches as the consumer hands them over. */
function asDelivered(records: readonly object[]): SinkMessage[][] {
  const batches: SinkMessage[][] = [[]];
  let bytes = 0;
  for (let i = 0; i < records.length; i += RECORDS_PER_MESSAGE) {
    const lines = records.slice(i, i + RECORDS_PER_MESSAGE).map((record) => JSON.stringify(record));
    const data = Buffer.from(`${lines.join('\n')}\n`);
    if (bytes + data.byteLength > MAX_BATCH_BYTES) {
      batches.push([]);
      bytes = 0;
    }
    bytes += data.byteLength;
    batches.at(-1)!.push({
      subject: 'framegate.metrics.frames.edge-1',
      headers: { get: () => undefined },
      data,
      streamSeq: i / RECORDS_PER_MESSAGE + 1,
    });
  }
  return batches;
}
