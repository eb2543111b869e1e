/**
 * How fast does a worker take in the measures that a partner hands in at once, and how much memory does that need? One batch
 * of 10,000 rows goes through a real NATS, a real Redis and the job engine, from the desk to its end; every row becomes a
 * capture in Redis and two rows of history on RECORDS. How long the api is held up is told beside it.
 *
 *   node loadtest/body/partner-batch.ts [--rows 10000] [--json]
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { createBus } from '../../src/bus/create-bus.ts';
import { ensureTopology } from '../../src/bus/ensure-topology.ts';
import { createJobQueue } from '../../src/bus/job-queue.ts';
import { createRecordLog } from '../../src/bus/record-log.ts';
import { type BatchFile, countBatchRows } from '../../src/captures/batch/batch-file.ts';
import { createPartnerBatchHandler } from '../../src/captures/batch/partner-batch-handler.ts';
import { createPartnerBatches } from '../../src/captures/batch/partner-batches.ts';
import { applyChange } from '../../src/jobs/apply-change.ts';
import { createJobDesk } from '../../src/jobs/create-job-desk.ts';
import { createJobWorker } from '../../src/jobs/create-job-worker.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { createRedisState } from '../../src/state/create-redis-state.ts';
import { startNatsServer } from '../../test/support/nats-server.ts';
import { startRedisServer } from '../../test/support/redis-server.ts';
import { type Figures, figure, printFigures } from '../bench/figures.ts';
import { runScript } from '../bench/run-script.ts';

const HOUR_MS = 3_600_000;
const MIB = 1024 * 1024;
const SAMPLE_MS = 25;
const TIMEOUT_MS = 5 * 60_000;

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '10000' }, json: { type: 'boolean', default: false } },
});

await runScript(async () => {
  const print = (line: string) => process.stderr.write(`${line}\n`);
  const rows = Number(values.rows);
  const [nats, redis] = await Promise.all([startNatsServer(), startRedisServer()]);
  const [bus, state] = await Promise.all([
    createBus({ servers: nats.url, name: 'bench' }),
    createRedisState({ url: redis.url }),
  ]);
  try {
    await ensureTopology(bus);
    const figures = await measure();
    printFigures(figures, print);
    if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  } finally {
    state.close();
    await bus.close();
    await Promise.all([nats.close(), redis.close()]);
  }

  async function measure(): Promise<Figures> {
    const userId = randomUUID();
    await state.accounts.create({
      userId,
      email: 'shop@example.org',
      displayName: null,
      passwordHash: '',
      role: 'partner',
      consent: { store_images: false, training: false },
      createdAtMs: Date.now(),
      lastLoginAtMs: null,
    });
    const clock = { nowMs: Date.now };
    const store = state.openJobStore({ ttlMs: HOUR_MS, applyChange });
    const events = { record: () => {} };
    const queue = createJobQueue(bus);
    const desk = createJobDesk({ store, queue, events, clock, checkWebhookUrl: async () => {} });
    const batches = state.openPartnerBatches({ ttlMs: HOUR_MS });
    const records = createRecordLog(bus);
    const worker = createJobWorker({
      handler: createPartnerBatchHandler({
        batches,
        captures: state.captures,
        accounts: state.accounts,
        records,
      }),
      source: queue,
      store,
      results: null,
      events,
      clock,
      concurrency: 1,
      codeVersion: 'bench',
    });
    await worker.start();
    const partner = createPartnerBatches({
      batches,
      webhooks: state.partnerWebhooks,
      jobs: desk,
      nowMs: Date.now,
      newId: randomUUID,
    });
    const file: BatchFile = { format: 'csv', text: csvOf(rows) };
    const countedFrom = performance.now();
    countBatchRows(file);
    const countMs = performance.now() - countedFrom;

    const rssBefore = process.memoryUsage.rss();
    let rssMost = rssBefore;
    const sampling = setInterval(() => {
      rssMost = Math.max(rssMost, process.memoryUsage.rss());
    }, SAMPLE_MS);
    const from = performance.now();
    const { batch } = await partner.submit(
      { userId, role: 'partner' },
      {
        file,
        correlation: { requestId: 'bench', analysisSessionId: null, frameSeq: null },
        idempotencyKey: null,
      },
    );
    const submitMs = performance.now() - from;
    const ended = await desk.wait(batch.batchId, { timeoutMs: TIMEOUT_MS });
    const seconds = (performance.now() - from) / 1000;
    clearInterval(sampling);
    await worker.stop();
    await records.close();
    const done = await batches.read(batch.batchId);
    if (ended.state !== 'completed' || done?.accepted !== rows)
      throw new FramegateError(
        'internal',
        `the batch ended as ${ended.state}: ${JSON.stringify(ended.error)}`,
      );
    return {
      partnerRowsPerSecond: figure(rows / seconds, 'rows/s'),
      partnerBatchSeconds: figure(seconds, 's'),
      partnerBatchRssGrowthMiB: figure((rssMost - rssBefore) / MIB, 'MiB'),
      partnerBatchFileMiB: figure(file.text.length / MIB, 'MiB'),
      partnerBatchCountMs: figure(countMs, 'ms'),
      partnerBatchAnsweredMs: figure(submitMs, 'ms'),
    };
  }
});

function csvOf(rows: number): string {
  const lines = ['customer_name;reference;measured_at;height_cm;chest_cm;waist_cm;hip_cm;neck_cm;notes'];
  for (let at = 0; at < rows; at++) {
    const size = ((at % 40) + 70).toFixed(1).replace('.', ',');
    lines.push(
      `"Customer, ${at}";ref-${at};2026-01-${String((at % 28) + 1).padStart(2, '0')};172,4;${size};${size};${size};36,5;Measured over a shirt`,
    );
  }
  return lines.join('\r\n');
}
