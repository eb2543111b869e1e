import type { Reaper } from './reaper.ts';
import type { ClusterProcess, ProcessKind } from './types.ts';

/** A program that is ready for work. */
export interface RunningProgram {
  readonly pid: number;
  /** Resolves when the process itself is gone. */
  readonly ended: Promise<{ readonly exitCode: number | null }>;
}

export interface ClusterProcessOptions {
  readonly name: string;
  readonly kind: ProcessKind;
  readonly url: string;
  /** Starts the program on its port; resolves when it is ready. */
  launch(): Promise<RunningProgram>;
  readonly reaper: Reaper;
}

/** One program under the test's control: nothing brings it back but `start`. */
export function createClusterProcess(options: ClusterProcessOptions): ClusterProcess {
  const { name, kind, url, launch, reaper } = options;
  let running: RunningProgram | null = null;
  let starting: Promise<void> | null = null;

  async function begin(): Promise<void> {
    const program = await launch();
    running = program;
    reaper.watch(program.pid);
    void program.ended.then(() => {
      reaper.forget(program.pid);
      if (running === program) running = null;
    });
  }

  function signal(signalName: NodeJS.Signals): void {
    if (running === null) return;
    try {
      process.kill(running.pid, signalName);
    } catch {
      // Ended in this moment.
    }
  }

  async function end(signalName: NodeJS.Signals): Promise<number | null> {
    const ending = running;
    if (ending === null) return null;
    signal(signalName);
    return (await ending.ended).exitCode;
  }

  return {
    name,
    kind,
    url,
    get pid() {
      return running?.pid ?? null;
    },
    signal,
    kill: async () => {
      await starting;
      await end('SIGKILL');
    },
    terminate: async () => {
      await starting;
      return end('SIGTERM');
    },
    start: async () => {
      if (running !== null) return;
      starting ??= begin().finally(() => {
        starting = null;
      });
      await starting;
    },
  };
}
