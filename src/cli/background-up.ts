import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../config/process-environment.ts';
import type { ErrorCode } from '../protocol/error-codes.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { RunInfo } from './run-file.ts';

/** What `framegate up` tells a parent that gave it an IPC channel. */
export type UpMessage =
  | { readonly type: 'progress'; readonly text: string }
  | { readonly type: 'ready'; readonly run: RunInfo }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string };

export interface BackgroundUp {
  readonly run: RunInfo;
  /** Drains it; resolves when it has ended. */
  stop(): Promise<void>;
}

export interface BackgroundUpOptions {
  readonly install: boolean;
  readonly logLevel: string;
  /** Told what is installed, imported and started meanwhile. */
  readonly onProgress: (text: string) => void;
}

const PROGRAM = fileURLToPath(new URL('../../bin/framegate.js', import.meta.url));

/**
 * Starts `framegate up` as a child on free ports, for a command that found none running. It ends with this process,
 * however abrupt that is.
 */
export async function startBackgroundUp(options: BackgroundUpOptions): Promise<BackgroundUp> {
  // Nobody opens its page.
  const args = [PROGRAM, 'up', '--port', '0', '--no-client', ...(options.install ? [] : ['--no-install'])];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A group of its own: Ctrl-C is left to us, who still have a session open on it.
    detached: true,
    env: childEnvironment({ FRAMEGATE_LOG_LEVEL: options.logLevel }),
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  const exited = once(child, 'exit');
  const run = await new Promise<RunInfo>((resolve, reject) => {
    child.on('message', (message: UpMessage) => {
      if (message.type === 'progress') options.onProgress(message.text);
      else if (message.type === 'ready') resolve(message.run);
      else reject(new FramegateError(message.code, message.message));
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
