import { startLoadRun } from '../generator/load-run.ts';
import { PLAIN_PLAN } from '../generator/session-plan.ts';
import type { Percentiles } from '../report/load-report.ts';
import { percentilesOf } from '../report/percentiles.ts';
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

/** What a benchmark asks of the load generator. */
export interface BenchLoad {
  readonly answered: number;
  readonly skipped: number;
  readonly errors: number;
  /** From sending a frame to its feedback, at the client. */
  readonly roundTripMs: Percentiles;
  /** Round trip less the node's own decode and inference. */
  readonly overheadMs: Percentiles;
  /** What the generator itself took. */
  readonly cpuSeconds: number;
}

const CONNECTS_PER_SECOND = 1000;

/** Streams these frames for a while, on one thread, and says what came back. */
export async function runLoad(order: LoadOrder): Promise<BenchLoad> {
  const { url, frames, sessions, fps, inFlight, durationMs } = order;
  const pictures = frames.map((frame) => ({ ...frame, format: 'jpeg' as const }));
  const run = startLoadRun({
    threads: 1,
    library: { frames: { rungs: [{ maxEdge: 512, quality: 85, pictures }] } },
    signal: new AbortController().signal,
  });
  const plans = Array.from({ length: sessions }, (_, index) => ({
    ...PLAIN_PLAN,
    index,
    url,
    pictures: 'frames',
    fps,
    inFlight,
    obeys: fps !== null,
  }));
  await run.open(plans, CONNECTS_PER_SECOND);
  const tally = await run.during(durationMs);
  await run.close();
  const { pass, adjust, skipped, errors } = tally.counts;
  return {
    answered: pass + adjust,
    skipped,
    errors,
    roundTripMs: percentilesOf(tally.times('latency')),
    overheadMs: percentilesOf(tally.times('overhead')),
    cpuSeconds: tally.cpuSeconds,
  };
}
