// A pool thread whose job says what happens to it.
import { parentPort, threadId, workerData } from 'node:worker_threads';

if (workerData.failStart) {
  const error = { code: 'model-missing', message: 'no model here', retryable: false, details: undefined };
  parentPort.postMessage({ type: 'unready', error });
  parentPort.close();
} else {
  parentPort.on('message', ({ type, jobId, job }) => {
    if (type === 'stop') process.exit();
    if (job.act === 'throw') throw new Error('a bug');
    if (job.act === 'exit') process.exit(3);
    if (job.act === 'hang') for (;;);
    if (job.act === 'wait') return;
    if (job.act === 'until') {
      // Until the test says so, by a value that both see.
      Atomics.wait(new Int32Array(job.gate), 0, 0);
    }
    if (job.act === 'load-for-ever' || job.act === 'load' || job.act === 'load-then-wait') {
      parentPort.postMessage({ type: 'loading', atMostMs: job.atMostMs });
      if (job.act === 'load-for-ever') return;
      // Blocks, as the loading of a native module does.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, job.loadMs);
      parentPort.postMessage({ type: 'loaded' });
      if (job.act === 'load-then-wait') return;
    }
    if (job.act === 'refuse') {
      const error = { code: 'image-corrupt', message: 'bad', retryable: false, details: { bytes: 1 } };
      parentPort.postMessage({ type: 'failed', jobId, error });
      return;
    }
    parentPort.postMessage({
      type: 'done',
      jobId,
      result: { value: job.value, threadId, bytes: job.data?.byteLength },
    });
  });
  parentPort.postMessage({ type: 'ready', ready: { threadId, version: workerData.version } });
}
