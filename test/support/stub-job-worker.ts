/** A worker process for tests that kill it: the real job engine around handlers that only wait a bit. */
import { createBus } from '../../src/bus/create-bus.ts';
import { createJobQueue } from '../../src/bus/job-queue.ts';
import { createJobShelf } from '../../src/bus/job-shelf.ts';
import { createResultPublisher } from '../../src/bus/result-publisher.ts';
import { applyChange } from '../../src/jobs/apply-change.ts';
import { createJobWorker } from '../../src/jobs/create-job-worker.ts';
import { startJobSweep } from '../../src/jobs/job-sweep.ts';
import { createRedisState } from '../../src/state/create-redis-state.ts';
import { createStubJobHandler } from './stub-job-handlers.ts';

const [natsUrl = '', redisUrl = ''] = process.argv.slice(2);
const clock = { nowMs: Date.now };
const events = { record: () => {} };
const bus = await createBus({ servers: natsUrl, name: 'stub-job-worker' });
const state = await createRedisState({ url: redisUrl });
const store = state.openJobStore({ ttlMs: 3_600_000, applyChange });
const workers = (['skin', 'face-contours', 'image-variants'] as const).map((kind) =>
  createJobWorker({
    handler: createStubJobHandler(kind),
    source: createJobQueue(bus, { workingMs: 300, backoffMs: [20] }),
    store,
    results: createResultPublisher(bus),
    events,
    clock,
    concurrency: 4,
    codeVersion: 'stub',
  }),
);
await Promise.all(workers.map((worker) => worker.start()));
const sweep = startJobSweep({
  store,
  shelf: createJobShelf(bus),
  results: createResultPublisher(bus),
  events,
  clock,
  codeVersion: 'stub',
  maxAttempts: () => 5,
  everyMs: 500,
  overdueMs: 3000,
  onMended: (mended) => process.stderr.write(`${JSON.stringify(mended)}\n`),
});
process.on('SIGTERM', () => {
  sweep
    .stop()
    .then(() => Promise.all(workers.map((worker) => worker.stop())))
    .then(() => bus.close())
    .then(() => state.close())
    .catch(() => {
      process.exitCode = 1;
    });
});
