import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The keeper: a shell that starts the server and holds the other end of our pipe. When the pipe ends — because
 * close() ended it or because this process died in whatever way — the server gets SIGTERM, and SIGKILL 10 s later.
 * A pid file alone would leave the server running until the next start.
 */
const KEEPER = `
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{
  while read -r _ <&3; do :; done
  kill -TERM "$server" 2>/dev/null
  tries=0
  while [ "$tries" -lt 100 ] && kill -0 "$server" 2>/dev/null; do sleep 0.1; tries=$((tries + 1)); done
  kill -KILL "$server" 2>/dev/null
} >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait "$server"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"
`;

const MAX_LOG_BYTES = 10 * 1024 * 1024;

export interface KeptProcess {
  /** Resolves when the server has ended, whatever the reason. */
  readonly ended: Promise<{ exitCode: number | null }>;
  /** The last lines of its log. */
  logTail(): string;
  /** SIGTERM, and SIGKILL for the lot when that takes longer than `timeoutMs`. */
  close(timeoutMs?: number): Promise<void>;
}

export interface KeptProcessOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly workingFolder: string;
  /** Standard output and error are appended here. */
  readonly logFile: string;
}

/** A server that never outlives this process. It has a process group of its own, so that Ctrl-C is left to us. */
export function keepProcess(options: KeptProcessOptions): KeptProcess {
  mkdirSync(dirname(options.logFile), { recursive: true });
  setAsideLargeLog(options.logFile);
  const log = openSync(options.logFile, 'a');
  const logStart = statSync(options.logFile).size;
  let child: ChildProcess;
  try {
    child = spawn('/bin/sh', ['-c', KEEPER, 'framegate-keeper', options.program, ...options.args], {
      cwd: options.workingFolder,
      stdio: ['pipe', log, log],
      detached: true,
    });
  } finally {
    closeSync(log);
  }
  // The pipe breaks when the server ends first; that is told by `ended`.
  child.stdin?.on('error', () => {});
  const ended = new Promise<{ exitCode: number | null }>((resolve) => {
    child.once('exit', (exitCode) => resolve({ exitCode }));
    child.once('error', () => resolve({ exitCode: null }));
  });

  return {
    ended,
    logTail: () => tailOf(options.logFile, logStart),
    async close(timeoutMs = 8000) {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.stdin?.end();
      const timer = setTimeout(() => killGroup(child.pid as number), timeoutMs);
      await exit;
      clearTimeout(timer);
    },
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Ended in this moment.
  }
}

function setAsideLargeLog(file: string): void {
  try {
    if (statSync(file).size > MAX_LOG_BYTES) renameSync(file, `${file}.old`);
  } catch {
    // There is none yet.
  }
}

function tailOf(file: string, start: number): string {
  try {
    return readFileSync(file).subarray(start).toString().trim().split('\n').slice(-8).join('\n');
  } catch {
    return '';
  }
}
