/** A program with one more thread: each line on its input makes both of them busy for a moment. */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

const BURN_MS = 40;

function burn(): number {
  const startUs = process.threadCpuUsage().user;
  let sum = 0;
  while (process.threadCpuUsage().user - startUs < BURN_MS * 1000)
    for (let i = 0; i < 1e5; i++) sum += Math.sqrt(i);
  return sum;
}

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  await once(worker, 'message');
  process.stdout.write('ready\n');
  for await (const _ of process.stdin) {
    const answer = once(worker, 'message');
    worker.postMessage('burn');
    burn();
    await answer;
    process.stdout.write('done\n');
  }
  await worker.terminate();
} else {
  parentPort!.on('message', () => parentPort!.postMessage(burn()));
  parentPort!.postMessage('ready');
}
