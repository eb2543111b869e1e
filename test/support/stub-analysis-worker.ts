/** A worker process for tests that kill it: the real bus and the real worker around an analyzer that only waits a bit. */
import { createAnalysisWorker } from '../../src/analysis/analysis-worker.ts';
import { consume } from '../../src/bus/consume.ts';
import { createBus } from '../../src/bus/create-bus.ts';
import { createResultPublisher } from '../../src/bus/result-publisher.ts';

const [url = '', analysisMs = '20'] = process.argv.slice(2);
const bus = await createBus({ servers: url, name: 'stub-worker' });
const worker = createAnalysisWorker({
  analyzer: {
    kind: 'face-quality',
    version: 'stub',
    models: [],
    analyse: async () => {
      await new Promise((resolve) => setTimeout(resolve, Number(analysisMs)));
      return { result: { pid: process.pid }, measurements: [] };
    },
    close: async () => {},
  },
  captures: {
    consume: async (concurrency, handler) =>
      consume(bus, { durable: 'worker-face-quality', concurrency, workingMs: 300 }, handler),
  },
  results: createResultPublisher(bus),
  concurrency: 4,
  codeVersion: 'stub',
  clock: { nowMs: () => Date.now() },
});
await worker.start();
process.on('SIGTERM', () => {
  worker
    .stop()
    .then(() => bus.close())
    .catch(() => {
      process.exitCode = 1;
    });
});
