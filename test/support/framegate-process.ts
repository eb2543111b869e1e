import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/framegate.js', import.meta.url));

export interface FramegateProcess {
  readonly child: ChildProcess;
  /** The message by which it said that it is ready. */
  readonly ready: Record<string, unknown>;
  readonly output: () => string;
  /** Resolves with the exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  kill(signal?: NodeJS.Signals): Promise<number | string>;
}

/** Starts a `framegate` command as users do, in a process of its own, and waits until it says that it is ready. */
export async function startFramegate(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  cwd?: string,
): Promise<FramegateProcess> {
  const child = spawnFramegate(args, settings, cwd);
  const { output, ended } = watch(child);
  const ready = await Promise.race([
    readyOrFailed(child),
    ended.then((end) => {
      throw new Error(`framegate ${args.join(' ')} ended with ${end}\n${output()}`);
    }),
  ]);
  if (ready.type !== 'ready')
    throw new Error(`framegate ${args.join(' ')}: ${JSON.stringify(ready)}\n${output()}`);
  return {
    child,
    ready,
    output,
    ended,
    kill(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

/** The first message that is no progress. */
function readyOrFailed(child: ChildProcess): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    const onMessage = (message: Record<string, unknown>) => {
      if (message.type === 'progress') return;
      child.off('message', onMessage);
      resolve(message);
    };
    child.on('message', onMessage);
  });
}

export interface FinishedCommand {
  readonly exitCode: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a `framegate` command to its end. `input`: what stands on its standard input. */
export async function runFramegate(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  cwd?: string,
  input?: string,
): Promise<FinishedCommand> {
  const child = spawnFramegate(args, settings, cwd, input === undefined ? 'ignore' : 'pipe');
  child.stdin?.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { exitCode: code ?? signal ?? 'unknown', stdout, stderr };
}

function spawnFramegate(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  cwd?: string,
  stdin: 'ignore' | 'pipe' = 'ignore',
): ChildProcess {
  return spawn(process.execPath, [PROGRAM, ...args], {
    stdio: [stdin, 'pipe', 'pipe', 'ipc'],
    ...(cwd !== undefined && { cwd }),
    // Nothing of the tester's own settings: they would decide what is tested.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, FRAMEGATE_LOG_LEVEL: 'warn', ...settings },
  });
}

function watch(child: ChildProcess): { output: () => string; ended: Promise<number | string> } {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-20_000);
    });
  }
  const ended = once(child, 'exit').then(
    ([code, signal]) => (code ?? signal ?? 'unknown') as number | string,
  );
  return { output: () => text, ended };
}

/** The port of an edge that has said that it is ready. */
export function portOf(edge: FramegateProcess): number {
  const found = /http:\/\/[^ ]+:(\d+)/.exec(String(edge.ready.summary));
  if (found === null) throw new Error(`no address in ${JSON.stringify(edge.ready)}`);
  return Number(found[1]);
}
