import { readdirSync, readFileSync } from 'node:fs';

/** What one process has used and holds now. */
export interface ProcessUsage {
  /** Tells a process from a later one with the same number. */
  readonly startedAtTicks: number;
  /** User and system time of all its threads since its start. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  /** Open files and sockets; 0 where they may not be counted. */
  readonly handles: number;
}

/** USER_HZ: what Linux reports to programs on every machine that Node runs on, whatever the kernel ticks at. */
const CLOCK_TICKS_PER_SECOND = 100;
const BYTES_PER_KIB = 1024;

/** Why processes cannot be watched here; null where they can. */
export const usageMissing: string | null =
  process.platform === 'linux'
    ? null
    : `processes are watched through /proc, which ${process.platform} lacks`;

/** Null where the process is gone, or was never there. */
export function readProcessUsage(pid: number): ProcessUsage | null {
  try {
    const fields = statFields(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const residentKib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    // A zombie has a stat and no memory.
    if (residentKib === undefined) return null;
    return {
      startedAtTicks: Number(fields[19]),
      cpuSeconds: cpuSecondsOf(fields),
      residentBytes: Number(residentKib) * BYTES_PER_KIB,
      handles: countHandles(pid),
    };
  } catch {
    return null;
  }
}

/** CPU time of each thread of a process, by thread id; empty where the process is gone. */
export function readThreadCpuSeconds(pid: number): ReadonlyMap<number, { name: string; cpuSeconds: number }> {
  const threads = new Map<number, { name: string; cpuSeconds: number }>();
  let ids: string[] = [];
  try {
    ids = readdirSync(`/proc/${pid}/task`);
  } catch {
    return threads;
  }
  for (const id of ids) {
    try {
      const stat = readFileSync(`/proc/${pid}/task/${id}/stat`, 'utf8');
      const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
      threads.set(Number(id), { name, cpuSeconds: cpuSecondsOf(statFields(stat)) });
    } catch {
      // It ended between the list and now.
    }
  }
  return threads;
}

/** The fields behind the name, which may hold spaces and brackets itself: the first is the state, field 3 of proc(5). */
function statFields(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function cpuSecondsOf(fields: readonly string[]): number {
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
}

/** A process of somebody else may not be looked into. */
function countHandles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}
