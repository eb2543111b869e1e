import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readThreadCpuSeconds } from '../report/process-usage.ts';
import { type NativeThreads, type ProfileSummary, summariseThreads } from './profile-summary.ts';
import { createThreadProfiler } from './thread-profiler.ts';

export interface ProcessProfiler {
  /** For `nodeArguments` of the cluster, or before the program when one is spawned. */
  readonly nodeArguments: readonly string[];
  /** Call it under load, warm. */
  start(): void;
  /** `frames`: how many were answered since `start`. Writes a .cpuprofile a thread into the folder, if there is one. */
  stop(frames: number, folder?: string): Promise<ProfileSummary[]>;
  close(): Promise<void>;
}

/**
 * Profiles every process that it was attached to: where its threads spend their time, and what a frame costs them.
 * `forMs`: about how long; a longer profile has rarer samples.
 */
export async function createProcessProfiler(
  nameOf: (pid: number) => string,
  { forMs = 30_000 } = {},
): Promise<ProcessProfiler> {
  const everyUs = Math.max(FINEST_US, Math.ceil((forMs * 1000) / MOST_SAMPLES));
  const threads = await createThreadProfiler({ everyUs });
  let startedAtMs = 0;
  let before = new Map<number, ReturnType<typeof readThreadCpuSeconds>>();
  return {
    nodeArguments: threads.nodeArguments,
    start() {
      startedAtMs = performance.now();
      before = new Map(threads.threads().map(({ pid }) => [pid, readThreadCpuSeconds(pid)]));
      threads.start();
    },
    async stop(frames, folder) {
      const durationMs = performance.now() - startedAtMs;
      const after = new Map([...before.keys()].map((pid) => [pid, readThreadCpuSeconds(pid)]));
      const profiles = await threads.stop();
      if (folder !== undefined) mkdirSync(folder, { recursive: true });
      return [...Map.groupBy(profiles, ({ pid }) => pid)].map(([pid, own]) => {
        const name = nameOf(pid);
        if (folder !== undefined) {
          for (const { name: thread, taskId, profile } of own)
            writeFileSync(join(folder, `${name}-${thread}-${taskId}.cpuprofile`), JSON.stringify(profile));
        }
        const known = new Set(own.map(({ taskId }) => taskId));
        const nativeThreads = nativeThreadsOf(before.get(pid), after.get(pid), known, frames);
        const summaries = summariseThreads(own, frames);
        return {
          process: name,
          durationMs,
          frames,
          cpuUsPerFrame: [...summaries, ...nativeThreads].reduce((sum, each) => sum + each.cpuUsPerFrame, 0),
          threads: summaries,
          nativeThreads,
        };
      });
    },
    close: () => threads.close(),
  };
}

/** Threads that name themselves nothing are called after the program. */
const THREAD_NAMES: ReadonlyMap<string, string> = new Map([['node', "V8's helpers and libuv's pool (node)"]]);

const FINEST_US = 500;
/** A thread's profile is held in its process until the end: some megabytes of it. */
const MOST_SAMPLES = 100_000;

type ThreadTimes = ReturnType<typeof readThreadCpuSeconds>;

function nativeThreadsOf(
  before: ThreadTimes | undefined,
  after: ThreadTimes | undefined,
  known: ReadonlySet<number>,
  frames: number,
): NativeThreads[] {
  const used = [...(after ?? [])]
    .filter(([taskId]) => !known.has(taskId))
    .map(([taskId, { name, cpuSeconds }]) => ({
      name,
      cpuSeconds: cpuSeconds - (before?.get(taskId)?.cpuSeconds ?? 0),
    }))
    // V8's thread that takes the samples apart is there because of us.
    .filter(({ name, cpuSeconds }) => cpuSeconds > 0 && !name.startsWith('v8:Prof'));
  return [...Map.groupBy(used, ({ name }) => name)].map(([name, group]) => ({
    name: THREAD_NAMES.get(name) ?? name,
    threads: group.length,
    cpuUsPerFrame: (group.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) * 1e6) / Math.max(1, frames),
  }));
}
