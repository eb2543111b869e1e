import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { BenchFrame } from './frames.ts';

export interface LoadOrder {
  readonly url: string;
  readonly frames: readonly BenchFrame[];
  readonly sessions: number;
  /** null: as fast as answers come, `inFlight` frames under way. */
  readonly fps: number | null;
  readonly inFlight: number;
  readonly durationMs: number;
}

export interface LoadReport {
  answered: number;
  skipped: number;
  errors: number;
  /** From sending a frame to its feedback, at the client. */
  readonly roundTripMs: number[];
  /** Round trip less the node's own decode and inference. */
  readonly overheadMs: number[];
  /** What the generator itself took. */
  readonly cpuSeconds: number;
  readonly perSession: number[];
}

/** Streams for a while and says what came back. */
export async function runLoad(order: LoadOrder): Promise<LoadReport> {
  const worker = new Worker(new URL('./load-thread.ts', import.meta.url), { workerData: order });
  const [report] = (await once(worker, 'message')) as [LoadReport];
  await worker.terminate();
  return report;
}
