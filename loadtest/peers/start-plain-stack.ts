import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { processCpuSeconds } from './process-cpu-seconds.ts';

export interface PlainStack {
  readonly url: string;
  /** User and system time since its start. */
  cpuSeconds(): number;
  close(): Promise<void>;
}

/** The plain stack in a process of its own; it ends with this one. */
export async function startPlainStack(): Promise<PlainStack> {
  const child = fork(fileURLToPath(new URL('./plain-stack.ts', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const ready = once(child, 'message').then(([message]) => (message as { port: number }).port);
  const port = await Promise.race([
    ready,
    ended.then(([code]) => {
      throw new Error(`the plain stack ended at its start with ${code}`);
    }),
  ]);
  return {
    url: `http://127.0.0.1:${port}`,
    cpuSeconds: () => processCpuSeconds(child.pid!),
    async close() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
