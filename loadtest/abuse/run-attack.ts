import { once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { BenchFrame } from '../bench/frames.ts';
import { quantile } from '../bench/quantiles.ts';
import { readProcessUsage } from '../report/process-usage.ts';
import type { Attack, AttackTally } from './attack.ts';
import { keepGoodCompany } from './good-company.ts';

export interface AttackedEdge {
  readonly url: string;
  readonly pid: number;
  readonly redisUrl: string;
}

export interface AttackReport extends AttackTally {
  readonly name: string;
  readonly frames: number;
  readonly broken: number;
  readonly p99Ms: number;
  readonly newcomers: number;
  readonly turnedAway: number;
  readonly welcomeP99Ms: number;
  readonly edgeCpuSeconds: number;
  readonly residentBefore: number;
  readonly residentPeak: number;
  readonly residentAfter: number;
  readonly handlesBefore: number;
  readonly handlesPeak: number;
  readonly handlesAfter: number;
  readonly savedSessions: number;
}

const SAMPLE_MS = 100;
/** uWebSockets.js gives up on the last half-closed socket after 16 s. */
const SETTLE_MS = 20_000;
const HANDLES_SLACK = 4;

/** One attack beside clients that do nothing wrong, and what is left of it in the node afterwards. */
export async function runAttack(
  attack: Attack,
  edge: AttackedEdge,
  frames: readonly BenchFrame[],
  durationMs: number,
): Promise<AttackReport> {
  const { hostname, port } = new URL(edge.url);
  const usage = () => {
    const now = readProcessUsage(edge.pid);
    if (now === null) throw new Error(`the edge ended during ${attack.name}`);
    return now;
  };
  const before = usage();
  let [residentPeak, handlesPeak] = [before.residentBytes, before.handles];
  const sampler = setInterval(() => {
    const now = readProcessUsage(edge.pid);
    residentPeak = Math.max(residentPeak, now?.residentBytes ?? 0);
    handlesPeak = Math.max(handlesPeak, now?.handles ?? 0);
  }, SAMPLE_MS);
  try {
    const company = await keepGoodCompany(Number(port), frames);
    const target = { host: hostname, port: Number(port), durationMs };
    const tally = await inThread(attack.name, target);
    const good = await company.finish();
    const cpuSeconds = usage().cpuSeconds - before.cpuSeconds;
    const endMs = performance.now() + SETTLE_MS;
    while (usage().handles > before.handles + HANDLES_SLACK && performance.now() < endMs)
      await pause(SAMPLE_MS);
    const after = usage();
    return {
      name: attack.name,
      ...tally,
      frames: good.answered,
      broken: good.broken,
      p99Ms: quantile(good.latencyMs, 0.99),
      newcomers: good.welcomeMs.length,
      turnedAway: good.turnedAway,
      welcomeP99Ms: quantile(good.welcomeMs, 0.99),
      edgeCpuSeconds: cpuSeconds,
      residentBefore: before.residentBytes,
      residentPeak,
      residentAfter: after.residentBytes,
      handlesBefore: before.handles,
      handlesPeak,
      handlesAfter: after.handles,
      savedSessions: await keysIn(edge.redisUrl),
    };
  } finally {
    clearInterval(sampler);
  }
}

async function inThread(name: string, target: object): Promise<AttackTally> {
  const worker = new Worker(new URL('./attack-thread.ts', import.meta.url), { workerData: { name, target } });
  try {
    const [tally] = (await once(worker, 'message')) as [AttackTally];
    return tally;
  } finally {
    await worker.terminate();
  }
}

/** Redis answers DBSIZE with `:<count>`. */
async function keysIn(url: string): Promise<number> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    socket.write('DBSIZE\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return Number(answer.toString().slice(1));
  } finally {
    socket.destroy();
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
