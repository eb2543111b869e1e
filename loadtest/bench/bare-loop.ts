import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { BenchFrame } from './frames.ts';

export interface BareLoopData {
  readonly modelsFolder: string;
  readonly frames: readonly BenchFrame[];
}

export interface BareLoopOrder {
  readonly durationMs: number;
  /** `sharp`: libvips decodes the next picture while this one is inferred. `own`: the node's decoder, on the same thread. */
  readonly decoder: 'sharp' | 'own';
}

export interface BareLoop {
  /** Frames a second of all threads together. */
  run(order: BareLoopOrder): Promise<number>;
  close(): Promise<void>;
}

/** Decode, warp and mesh in a loop on `threads` threads and nothing else: what the machine could do at best. */
export async function createBareLoop(data: BareLoopData, threads: number): Promise<BareLoop> {
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('./bare-loop-thread.ts', import.meta.url), { workerData: data }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  return {
    async run(order) {
      const counts = await Promise.all(
        workers.map(async (worker) => {
          const answer = once(worker, 'message');
          worker.postMessage(order);
          return ((await answer) as [number])[0];
        }),
      );
      return counts.reduce((sum, count) => sum + count, 0) / (order.durationMs / 1000);
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
