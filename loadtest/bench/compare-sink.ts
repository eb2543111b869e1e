/** The sink against a bare ClickHouse client that inserts the same rows; see ../sink-bench.ts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStore } from '../../src/store/client.ts';
import { type EmbeddedClickHouse, startEmbeddedClickHouse } from '../../src/store/embedded/start.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createSink, type SinkMessage, type SinkSource } from '../../src/store/sink.ts';
import { frameJsonRow } from '../../test/support/frame-json-row.ts';
import { sampleFrame } from '../../test/support/sample-records.ts';
import { processCpuSeconds } from '../peers/process-cpu-seconds.ts';

export interface SinkComparison {
  readonly rows: number;
  readonly clientRowsPerSecond: number;
  readonly sinkRowsPerSecond: number;
  /** Sink ÷ client. */
  readonly ratio: number;
  /** CPU of this process and ClickHouse together for a thousand rows: what is left of the ratio on a busy machine. */
  readonly clientCpuMsPerThousandRows: number;
  readonly sinkCpuMsPerThousandRows: number;
}

const RECORDS_PER_MESSAGE = 200;
const ROWS_PER_INSERT = 10_000;
/** One turn; long enough that the sink's start and end, when only one side works, weigh little. */
const ROWS_PER_ROUND = 40_000;
const MAX_BATCH_BYTES = 24 * 1024 * 1024;

/** Turn by turn, at least once each after a round that warms both up. */
export async function compareSink(rows: number): Promise<SinkComparison> {
  const rounds = Math.max(1, Math.round(rows / ROWS_PER_ROUND));
  const folder = await mkdtemp(join(tmpdir(), 'framegate-sink-bench-'));
  try {
    const clickhouse = await startEmbeddedClickHouse({ dataFolder: folder, port: 0 });
    try {
      return await measure(clickhouse, rounds);
    } finally {
      await clickhouse.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure({ url, pid }: EmbeddedClickHouse, rounds: number): Promise<SinkComparison> {
  const cpuMs = () => 1000 * (processCpuSeconds(process.pid) + processCpuSeconds(pid));
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
  let [clientCpuMs, sinkCpuMs] = [0, 0];
  // The first round warms both up.
  for (let round = -1; round < rounds; round++) {
    const rows = frames(`client-${round}`).map(frameJsonRow);
    let startedMs = performance.now();
    let cpuBefore = cpuMs();
    for (let i = 0; i < rows.length; i += ROWS_PER_INSERT) {
      await store.insert('frames_stored', rows.slice(i, i + ROWS_PER_INSERT));
    }
    if (round >= 0) {
      clientMs += performance.now() - startedMs;
      clientCpuMs += cpuMs() - cpuBefore;
    }

    const batches = asDelivered(frames(`sink-${round}`));
    startedMs = performance.now();
    cpuBefore = cpuMs();
    // Each consumer takes its next batch when the last one is stored, as on JetStream.
    await Promise.all(
      handlers.map(async (handle) => {
        for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) await handle(batch);
      }),
    );
    if (round >= 0) {
      sinkMs += performance.now() - startedMs;
      sinkCpuMs += cpuMs() - cpuBefore;
    }
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
    clientCpuMsPerThousandRows: Math.round(clientCpuMs / ((rounds * ROWS_PER_ROUND) / 1000)),
    sinkCpuMsPerThousandRows: Math.round(sinkCpuMs / ((rounds * ROWS_PER_ROUND) / 1000)),
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
