import type { Interval } from '../generator/interval.ts';
import type { PictureLibrary } from '../generator/pictures.ts';
import { PLAIN_PLAN } from '../generator/session-plan.ts';
import { startGenerator } from '../generator/start-generator.ts';
import { mergeHistograms, percentilesOf } from '../report/percentiles.ts';

export interface StreamOrder {
  readonly url: string;
  /** JPEGs of 512×384; the same, whatever a server's pace says of size and quality. */
  readonly jpegs: readonly Uint8Array[];
  readonly sessions: number;
  /** What each wishes to send; null: the next frame goes out with an answer. */
  readonly fps: number | null;
  readonly warmUpMs: number;
  readonly durationMs: number;
  readonly cpuSeconds: () => number;
}

export interface StreamFigures {
  readonly answeredPerSecond: number;
  readonly sentPerSecond: number;
  readonly p50Ms: number;
  /** Of the frames that were answered. */
  readonly p99Ms: number;
  readonly skipped: number;
  readonly errors: number;
  /** When the time was over. */
  readonly unanswered: number;
  readonly serverCores: number;
  readonly generatorCores: number;
}

const OPENINGS_PER_SECOND = 100;
const OPENING_TIMEOUT_MS = 60_000;

/** Lets clients that keep to what the server tells them stream for a while; only what follows the warm-up counts. */
export async function streamLoad(order: StreamOrder): Promise<StreamFigures> {
  const { url, jpegs, sessions, fps, warmUpMs, durationMs, cpuSeconds } = order;
  let intervals: Interval[] = [];
  const generator = startGenerator({
    threads: 1,
    library: libraryOf(jpegs),
    beganAtMs: performance.timeOrigin + performance.now(),
    onInterval: (interval) => intervals.push(interval),
  });
  try {
    const plans = Array.from({ length: sessions }, (_, index) => ({
      ...PLAIN_PLAN,
      index,
      url,
      fps,
      inFlight: fps === null ? 1 : null,
      // At saturation each sends its next frame with an answer, whatever the pace: the server's limit is looked for.
      obeys: fps !== null,
    }));
    await Promise.race([generator.open(plans, OPENINGS_PER_SECOND), refusal(sessions)]);
    await pause(warmUpMs);
    await generator.flush();
    intervals = [];
    const [startedMs, cpuBefore] = [performance.now(), cpuSeconds()];
    await pause(durationMs);
    const cpuAfter = cpuSeconds();
    await generator.flush();
    return figuresOf(intervals, (performance.now() - startedMs) / 1000, cpuAfter - cpuBefore);
  } finally {
    await generator.close();
  }
}

/** Clients try again for ever where a server refuses them; a measurement does not. */
async function refusal(sessions: number): Promise<never> {
  await pause(OPENING_TIMEOUT_MS);
  throw new Error(`not all of ${sessions} sessions were taken within ${OPENING_TIMEOUT_MS / 1000} s`);
}

function libraryOf(jpegs: readonly Uint8Array[]): PictureLibrary {
  const pictures = jpegs.map((data) => ({ width: 512, height: 384, format: 'jpeg' as const, data }));
  const set = { rungs: [{ maxEdge: 512, quality: 85, pictures }] };
  return { [PLAIN_PLAN.pictures]: set, steady: set };
}

function figuresOf(intervals: readonly Interval[], seconds: number, serverCpuSeconds: number): StreamFigures {
  const sum = (of: (interval: Interval) => number): number =>
    intervals.reduce((total, each) => total + of(each), 0);
  const latency = percentilesOf(
    mergeHistograms(intervals.flatMap(({ times }) => (times.latency === undefined ? [] : [times.latency]))),
  );
  return {
    answeredPerSecond: sum(({ counts }) => counts.pass + counts.adjust) / seconds,
    sentPerSecond: sum(({ counts }) => counts.sent) / seconds,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    skipped: sum(({ counts }) => counts.skipped),
    errors: sum(({ counts }) => counts.errors + counts.broken),
    unanswered: intervals.at(-1)?.unanswered ?? 0,
    serverCores: serverCpuSeconds / seconds,
    generatorCores: sum(({ cpuSeconds }) => cpuSeconds) / seconds,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
