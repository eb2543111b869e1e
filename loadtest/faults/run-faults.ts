import { PROFILE_RESULT_KINDS } from '../../src/protocol/result-kinds.ts';
import type { BenchFrame } from '../bench/frames.ts';
import { startCluster } from '../cluster/start-cluster.ts';
import type { Cluster } from '../cluster/types.ts';
import { createWitness } from './evidence.ts';
import type { FaultKind, FaultScene } from './fault-kind.ts';
import { createFaultRandom, roundSeed } from './fault-random.ts';
import { judgeEvidence, type Verdict } from './judge-evidence.ts';
import { keepLogs } from './keep-logs.ts';
import { type LiveLoad, startLiveLoad } from './live-load.ts';
import { LIVE_PROFILE } from './live-session.ts';
import { awaitRecovery, type Recovery, watchRows } from './recovery.ts';

export interface FaultRunOptions {
  readonly kinds: readonly FaultKind[];
  /** Numbers of the rounds to run. */
  readonly rounds: readonly number[];
  readonly seed: number;
  readonly frames: readonly BenchFrame[];
  readonly sessions: number;
  readonly fps: number;
  /** How long the last rows may take to come. */
  readonly settleMs: number;
  /** Where the processes' logs are kept when something was wrong; null keeps none. */
  readonly artifactsFolder: string | null;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface RoundOutcome {
  readonly round: number;
  readonly kind: string;
  readonly inflictedMs: number;
  readonly guidanceGapMs: number;
  readonly recovery: Recovery | null;
  /** What was wrong, in words; empty for a round that went well. */
  readonly faults: readonly string[];
}

export interface FaultRunReport {
  readonly rounds: readonly RoundOutcome[];
  readonly capturesAcknowledged: number;
  readonly framesAnswered: number;
  readonly sequencesBroken: readonly string[];
  readonly sessionsLost: readonly string[];
  readonly resultsRepeated: readonly string[];
  readonly verdicts: readonly (Verdict & { readonly deadLetters: number; readonly capturesKept: number })[];
}

const KINDS = PROFILE_RESULT_KINDS[LIVE_PROFILE];
const PLAIN: FaultScene = { name: 'plain' };
const MOMENT_MS = { from: 300, to: 1500 } as const;
const RECOVERY_TIMEOUT_MS = 30_000;
const CLUSTER = { edges: 2, workers: 1, sinks: 1, natsServers: 1, clickHouse: true } as const;

/** Rounds with one fault each under live load; what was promised is checked after each, and in full at the end. */
export async function runFaults(options: FaultRunOptions): Promise<FaultRunReport> {
  const planned = options.rounds.map((round) => {
    const random = createFaultRandom(roundSeed(options.seed, round));
    return { round, random, kind: random.pick(options.kinds) };
  });
  const report = {
    rounds: [] as RoundOutcome[],
    capturesAcknowledged: 0,
    framesAnswered: 0,
    sequencesBroken: [] as string[],
    sessionsLost: [] as string[],
    resultsRepeated: [] as string[],
    verdicts: [] as FaultRunReport['verdicts'][number][],
  };
  for (const [scene, rounds] of Map.groupBy(planned, ({ kind }) => kind.scene ?? PLAIN)) {
    if (options.signal.aborted) break;
    await runScene(scene, rounds, options, report);
  }
  return report;
}

type Planned = {
  readonly round: number;
  readonly random: ReturnType<typeof createFaultRandom>;
  readonly kind: FaultKind;
};
type OpenReport = {
  -readonly [K in keyof FaultRunReport]: FaultRunReport[K] extends readonly (infer T)[]
    ? T[]
    : FaultRunReport[K];
};

async function runScene(
  scene: FaultScene,
  rounds: readonly Planned[],
  options: FaultRunOptions,
  report: OpenReport,
): Promise<void> {
  const { say, signal, seed } = options;
  const pause = pauseUntil(signal);
  say(`scene ${scene.name}: ${rounds.length} ${rounds.length === 1 ? 'round' : 'rounds'}`);
  const cluster = await startCluster({
    ...CLUSTER,
    ...scene.cluster,
    settings: { FRAMEGATE_LOG_LEVEL: 'info', FRAMEGATE_THREADS: '1', ...scene.cluster?.settings },
  });
  const prepared = await scene.prepare?.(cluster);
  const witness = await createWitness(cluster, KINDS);
  const load = startLiveLoad({
    edgeUrls: prepared?.edgeUrls ?? cluster.edgeUrls,
    sessions: options.sessions,
    fps: options.fps,
    frames: options.frames,
    random: createFaultRandom(seed),
  });
  const rows = watchRows(load, witness);
  const problemsBefore = report.rounds.length;
  try {
    await awaitRecovery(load, performance.now(), RECOVERY_TIMEOUT_MS, pause);
    for (const planned of rounds) {
      if (signal.aborted) break;
      report.rounds.push(await runRound(planned, { cluster, load, rows, pause, say }));
    }
    say('settling: the last results and rows');
    for (const session of load.sessions) session.calm();
    await load.end();
    const isSettled = await rows.settled(options.settleMs);
    if (!isSettled) say(`rows are missing after ${options.settleMs} ms`);
    const evidence = await witness.evidence(options.settleMs);
    const verdict = judgeEvidence(load.book.captures.keys(), evidence, KINDS);
    report.verdicts.push({
      ...verdict,
      deadLetters: evidence.deadLetters,
      capturesKept: evidence.capturesKept,
    });
    report.capturesAcknowledged += load.book.captures.size;
    report.framesAnswered += load.answered();
    report.sequencesBroken.push(...load.broken());
    report.sessionsLost.push(...load.lost);
    report.resultsRepeated.push(...load.book.repeatedResults);
    const wrong =
      verdict.lost.length + verdict.doubled.length + load.broken().length > 0 ||
      report.rounds.slice(problemsBefore).some(({ faults }) => faults.length > 0);
    if (wrong && options.artifactsFolder !== null) {
      say(`logs: ${await keepLogs(cluster, options.artifactsFolder, `${scene.name}-${seed}`)}`);
    }
  } catch (thrown) {
    if (options.artifactsFolder !== null) {
      say(`logs: ${await keepLogs(cluster, options.artifactsFolder, `${scene.name}-${seed}`)}`);
    }
    throw thrown;
  } finally {
    await load.end();
    await rows.stop();
    await witness.close();
    await prepared?.close();
    await cluster.close();
  }
}

interface RoundWorld {
  readonly cluster: Cluster;
  readonly load: LiveLoad;
  readonly rows: ReturnType<typeof watchRows>;
  readonly pause: (ms: number) => Promise<void>;
  readonly say: (line: string) => void;
}

async function runRound({ round, random, kind }: Planned, world: RoundWorld): Promise<RoundOutcome> {
  const { cluster, load, rows, pause, say } = world;
  const faults: string[] = [];
  await pause(random.between(MOMENT_MS.from, MOMENT_MS.to));
  const brokenBefore = load.broken().length;
  const lostBefore = load.lost.length;
  load.takeLongestGap();
  const startedMs = performance.now();
  const done: string[] = [];
  try {
    await kind.inflict({ cluster, random, pause, say: (line) => done.push(line) });
  } catch (thrown) {
    faults.push(thrown instanceof Error ? thrown.message : String(thrown));
  }
  const upMs = performance.now();
  let recovery: Recovery | null = null;
  try {
    recovery = await awaitRecovery(load, upMs, RECOVERY_TIMEOUT_MS, pause);
    rows.follow(recovery, upMs);
  } catch (thrown) {
    faults.push(thrown instanceof Error ? thrown.message : String(thrown));
  }
  const { gapMs, name } = load.takeLongestGap();
  if (gapMs > kind.guidanceGapMs)
    faults.push(`${name} had no guidance for ${gapMs.toFixed(0)} ms (bound ${kind.guidanceGapMs})`);
  faults.push(...load.broken().slice(brokenBefore), ...load.lost.slice(lostBefore));
  const times =
    recovery === null
      ? 'not recovered'
      : `live ${recovery.liveMs.toFixed(0)}, captures ${recovery.capturesMs.toFixed(0)} ms`;
  say(
    `#${String(round).padEnd(4)}${kind.name.padEnd(17)} ${done.join('; ')}: back: ${times}; longest gap ${gapMs.toFixed(0)} ms`,
  );
  for (const fault of faults) say(`     ✘ ${fault}`);
  return {
    round,
    kind: kind.name,
    inflictedMs: upMs - startedMs,
    guidanceGapMs: gapMs,
    recovery,
    faults,
  };
}

/** Pauses end at once where the run is interrupted. */
function pauseUntil(signal: AbortSignal): (ms: number) => Promise<void> {
  return (ms) =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
    });
}
