import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface ListedProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly command: string;
}

async function listProcesses(): Promise<ListedProcess[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parentPid, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    // One that has ended and only waits to be collected does not count.
    if (pid === undefined || state?.startsWith('Z')) return [];
    return [{ pid: Number(pid), parentPid: Number(parentPid), command: command ?? '' }];
  });
}

/** The processes below this one, however deep. */
export async function descendants(pid: number): Promise<ListedProcess[]> {
  const all = await listProcesses();
  const below = (parentPid: number): ListedProcess[] =>
    all
      .filter((process) => process.parentPid === parentPid)
      .flatMap((process) => [process, ...below(process.pid)]);
  return below(pid);
}

/** Those of the processes that still run. */
export async function stillRunning(processes: readonly ListedProcess[]): Promise<ListedProcess[]> {
  const all = await listProcesses();
  return processes.filter(({ pid, command }) =>
    all.some((other) => other.pid === pid && other.command === command),
  );
}
