import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { RunInfo } from './run-file.ts';

/** What `framegate up` tells a parent that gave it an IPC channel. */
export type UpMessage =
  | { readonly type: 'ready'; readonly run: RunInfo }
  | { readonly type: 'failed'; readonly message: string };

export interface BackgroundUp {
  readonly run: RunInfo;
  /** Drains it; resolves when it has ended. */
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../../bin/framegate.js', import.meta.url));

/** Starts `framegate up` as a child on free ports, for a command that found none running. */
export async function startBackgroundUp(args: readonly string[]): Promise<BackgroundUp> {
  const child = spawn(process.execPath, [PROGRAM, 'up', '--port', '0', ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  const exited = once(child, 'exit');
  const run = await new Promise<RunInfo>((resolve, reject) => {
    child.on('message', (message: UpMessage) => {
      if (message.type === 'ready') resolve(message.run);
      else reject(new FramegateError('dependency-unavailable', message.message));
    });
    void exited.then(() =>
      reject(new FramegateError('dependency-unavailable', `the servers did not start\n${errors}`)),
    );
  });
  return {
    run,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
