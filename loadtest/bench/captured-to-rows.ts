import sharp from 'sharp';
import type { ProfileName } from '../../src/protocol/checks.ts';
import { PROFILE_RESULT_KINDS } from '../../src/protocol/result-kinds.ts';
import { createStore } from '../../src/store/client.ts';
import { changeScene, DEFAULT_SCENE } from '../../src/synthetic/face-scene.ts';
import { renderFace } from '../../src/synthetic/render-face.ts';
import type { CanonicalFace } from '../../src/vision/types.ts';
import { startCluster } from '../cluster/start-cluster.ts';
import { processCpuSeconds } from '../peers/process-cpu-seconds.ts';
import { type CaptureClient, openCaptureClient } from './capture-client.ts';
import type { BenchFrame } from './frames.ts';
import { percentileText, quantile } from './quantiles.ts';
import { watchRows } from './row-watch.ts';

export interface CapturedToRowsOrder {
  readonly canonical: CanonicalFace;
  readonly profile: ProfileName;
  readonly capturesPerSecond: number;
  readonly durationMs: number;
  readonly print: (line: string) => void;
}

/** Each waits long between two of its captures, as people do. */
const SESSIONS = 16;
/** So long the captures are not counted: everything has just started. */
const WARM_UP_MS = 3000;
const ROWS_TIMEOUT_MS = 20_000;

/**
 * From the moment when a client has `captured` to the moment when SQL finds the capture's row and those of all its results:
 * a real edge, worker, sink, NATS, Redis and ClickHouse, each a process of its own. Resolves with the 95th percentile in ms.
 */
export async function measureCapturedToRows(order: CapturedToRowsOrder): Promise<number> {
  const { canonical, profile, capturesPerSecond, durationMs, print } = order;
  const frame = await rendered(canonical, 512, 384);
  const still = await rendered(canonical, 1280, 960);
  const cluster = await startCluster({ edges: 1, workers: 1, sinks: 1, natsServers: 1, clickHouse: true });
  const store = createStore({ url: cluster.clickHouseUrl! });
  const clients: CaptureClient[] = [];
  try {
    print(
      `\n${profile}, ${capturesPerSecond} captures/s: from \`captured\` at the client to rows that SQL finds, ms`,
    );
    const rows = watchRows(store, PROFILE_RESULT_KINDS[profile].length);
    const capturedAtMs = new Map<string, number>();
    const resultAtMs = new Map<string, number>();
    const troubles: string[] = [];
    const opening = Array.from({ length: SESSIONS }, () =>
      openCaptureClient({
        url: cluster.edgeUrls[0]!,
        profile,
        frame,
        still,
        onCaptured(captureId, atMs) {
          capturedAtMs.set(captureId, atMs);
          rows.add(captureId);
        },
        onResult: (captureId, atMs) => resultAtMs.set(captureId, atMs),
        onTrouble: (text) => troubles.push(text),
      }),
    );
    clients.push(...(await Promise.all(opening)));
    const cpuSeconds = () => cluster.processes.map(({ pid }) => (pid === null ? 0 : processCpuSeconds(pid)));
    const cpuBefore = cpuSeconds();
    const startedMs = performance.now();
    const presses = await pressInTurn(clients, 1000 / capturesPerSecond, WARM_UP_MS + durationMs);
    await rows.finish(ROWS_TIMEOUT_MS);

    const counted = [...capturedAtMs].filter(([, atMs]) => atMs >= startedMs + WARM_UP_MS).map(([id]) => id);
    const since = (found: ReadonlyMap<string, number>): number[] =>
      counted.map((id) => (found.get(id) ?? Number.POSITIVE_INFINITY) - capturedAtMs.get(id)!);
    const [toResult, toCaptureRow, toResultRow] = [resultAtMs, rows.captureRowAtMs, rows.resultRowAtMs].map(
      since,
    );
    const toBoth = counted.map((_, index) => Math.max(toCaptureRow![index]!, toResultRow![index]!));
    print(`  last result at client ${percentileText(toResult!)}`);
    print(`  capture row           ${percentileText(toCaptureRow!)}`);
    print(`  last result row       ${percentileText(toResultRow!)}`);
    print(`  all rows              ${percentileText(toBoth)}`);
    print(
      `  ${presses} presses, ${capturedAtMs.size} captured, ${counted.length} counted, ` +
        `${counted.filter((_, index) => toBoth[index] === Number.POSITIVE_INFINITY).length} without rows, ` +
        `troubles ${troubles.length === 0 ? 'none' : [...new Set(troubles)].join(', ')}; looking every 20 ms took ` +
        `${percentileText(rows.queryMs)}, and is in the figures`,
    );
    const [analysis] = await store.query<{ p50: number; p95: number }>(
      'SELECT quantile(0.5)(duration_ms) AS p50, quantile(0.95)(duration_ms) AS p95 FROM results',
    );
    const cpu = cpuSeconds().map((after, index) => (1000 * (after - cpuBefore[index]!)) / capturedAtMs.size);
    print(
      `  analysis in the worker p50 ${analysis?.p50.toFixed(0)}, p95 ${analysis?.p95.toFixed(0)}; CPU a capture: ` +
        cluster.processes.map(({ name }, index) => `${name} ${cpu[index]!.toFixed(0)}`).join(', '),
    );
    return quantile(toBoth, 0.95);
  } finally {
    for (const client of clients) client.close();
    await store.close();
    await cluster.close();
  }
}

/** Resolves with the number of presses when the time is over. */
async function pressInTurn(
  clients: readonly CaptureClient[],
  everyMs: number,
  durationMs: number,
): Promise<number> {
  const startedMs = performance.now();
  let presses = 0;
  while (presses * everyMs < durationMs) {
    const waitMs = startedMs + presses * everyMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    clients[presses % clients.length]!.press();
    presses++;
  }
  return presses;
}

async function rendered(canonical: CanonicalFace, width: number, height: number): Promise<BenchFrame> {
  const { image } = renderFace(changeScene(DEFAULT_SCENE, { width, height }), canonical);
  const raw = { width, height, channels: 3 } as const;
  return {
    data: Uint8Array.from(await sharp(image.data, { raw }).jpeg({ quality: 90 }).toBuffer()),
    width,
    height,
  };
}
