import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { searchPath } from '../../src/config/process-environment.ts';
import type { RunningProgram } from './cluster-process.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/framegate.js', import.meta.url));

export type RoleKind = 'edge' | 'worker' | 'sink' | 'api';

export interface RoleLaunch {
  readonly role: RoleKind;
  readonly settings: Readonly<Record<string, string>>;
  readonly nodeArguments: readonly string[];
  readonly logFile: string;
}

/** Starts `framegate <role>` as users do, in a process of its own, and waits until it says that it is ready. */
export async function launchRole({
  role,
  settings,
  nodeArguments,
  logFile,
}: RoleLaunch): Promise<RunningProgram> {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  // With the Node that runs this, which is one that bin/framegate.js stays in: the pid is that of the role itself.
  const child = spawn(process.execPath, [...nodeArguments, PROGRAM, role], {
    stdio: ['ignore', log, log, 'ipc'],
    // Ctrl-C in a terminal is left to the test, which ends things in order.
    detached: true,
    // Nothing of the tester's own settings: they would decide what is tested.
    env: { PATH: searchPath(), HOME: homedir(), FRAMEGATE_LOG_LEVEL: 'warn', ...settings },
  });
  closeSync(log);
  const ended = once(child, 'exit').then(([exitCode]) => ({ exitCode: exitCode as number | null }));
  const outcome = await Promise.race([readyMessage(child), ended.then(() => 'ended' as const)]);
  if (outcome !== 'ready') {
    child.kill('SIGKILL');
    throw new Error(`the ${role} did not start:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
  }
  return { pid: child.pid!, ended };
}

/** The first message that is no progress. */
function readyMessage(child: ChildProcess): Promise<'ready' | 'failed'> {
  return new Promise((resolve) => {
    const onMessage = (message: { readonly type?: string }) => {
      if (message.type === 'progress') return;
      child.off('message', onMessage);
      resolve(message.type === 'ready' ? 'ready' : 'failed');
    };
    child.on('message', onMessage);
  });
}
