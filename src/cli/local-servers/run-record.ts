import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** An earlier run's keeper ends its server by itself; this long it is given before we do. */
const PATIENCE_MS = 2000;
const KILL_AFTER_MS = 8000;
const POLL_MS = 50;

interface RunRecord {
  readonly pid: number;
  /** When the system says that the process started: with the pid it names one process for good. */
  readonly startMark: string;
}

/** Notes which process serves our data folder, for the next start. */
export async function writeRunRecord(file: string, pid: number): Promise<void> {
  const record: RunRecord = { pid, startMark: (await startMarkOf(pid)) ?? '' };
  await writeFile(file, JSON.stringify(record));
}

/**
 * Ends the server that an earlier, abruptly ended run may have left on our data folder. A process that merely
 * has the pid of old is not touched.
 */
export async function endRecordedServer(file: string): Promise<'none' | 'ended'> {
  const record = await readRecord(file);
  const isOurs = record !== null && (await isStillThere(record));
  if (isOurs) {
    for (let waitedMs = 0; waitedMs <= KILL_AFTER_MS && (await isStillThere(record)); waitedMs += POLL_MS) {
      if (waitedMs === PATIENCE_MS) signal(record.pid, 'SIGTERM');
      if (waitedMs === KILL_AFTER_MS) signal(record.pid, 'SIGKILL');
      await delay(POLL_MS);
    }
  }
  await rm(file, { force: true });
  return isOurs ? 'ended' : 'none';
}

async function readRecord(file: string): Promise<RunRecord | null> {
  try {
    const { pid, startMark } = JSON.parse(await readFile(file, 'utf8')) as Partial<RunRecord>;
    const isRecord =
      typeof pid === 'number' && Number.isInteger(pid) && pid > 1 && typeof startMark === 'string';
    return isRecord ? { pid, startMark } : null;
  } catch {
    return null;
  }
}

async function isStillThere(record: RunRecord): Promise<boolean> {
  return record.startMark !== '' && (await startMarkOf(record.pid)) === record.startMark;
}

/** null when no such process runs; one that has ended and only waits to be collected does not count. */
async function startMarkOf(pid: number): Promise<string | null> {
  if (process.platform !== 'linux') {
    return new Promise((resolve) => {
      execFile('ps', ['-p', String(pid), '-o', 'lstart=,stat='], (error, stdout) => {
        const isRunning = error === null && stdout.trim() !== '' && !/\sZ\S*$/.test(stdout.trim());
        // The state changes from look to look.
        resolve(isRunning ? stdout.trim().replace(/\s+\S+$/, '') : null);
      });
    });
  }
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field, the program's name, may hold spaces and brackets; the state is the first after it, the
    // start time the 20th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Ended in this moment.
  }
}
