import { spawn } from 'node:child_process';
import { childEnvironment } from '../../config/process-environment.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { findProgram } from './find-program.ts';
import { type InstallPlan, installPlan, type ServerProgram } from './install-plan.ts';

const URL_SETTINGS: Record<ServerProgram, string> = {
  'nats-server': 'FRAMEGATE_NATS_URL',
  'redis-server': 'FRAMEGATE_REDIS_URL',
};

export interface EnsureProgramOptions {
  /** False for --no-install. */
  readonly install: boolean;
  /** Told what is about to be done, and what was done. */
  readonly say: (line: string) => void;
  readonly find?: (program: string) => string | null;
  /** Runs a command to its end; its output goes to `say` only when it fails. */
  readonly run?: (command: readonly string[]) => Promise<CommandEnd>;
  readonly isRoot?: boolean;
}

export interface CommandEnd {
  /** null when the command could not be started at all. */
  readonly exitCode: number | null;
  readonly output: string;
}

/**
 * Where the program lies, after installing it where it is missing and that is allowed.
 * Rejects with dependency-missing, whose message names the command to run or the URL to set.
 */
export async function ensureProgram(program: ServerProgram, options: EnsureProgramOptions): Promise<string> {
  const { find = findProgram, run = runCommand, say } = options;
  const found = find(program);
  if (found !== null) return found;

  const isRoot = options.isRoot ?? process.getuid?.() === 0;
  const plan = installPlan(program, { isRoot, find });
  if (plan === null || !options.install) throw missing(program, plan, null);

  say(`${program} is not installed; installing it: ${plan.install.join(' ')}`);
  const output = await install(plan, run, say);
  const installed = find(program);
  if (installed === null) throw missing(program, plan, output);
  say(`${program} is installed: ${installed}`);
  return installed;
}

async function install(
  plan: InstallPlan,
  run: (command: readonly string[]) => Promise<CommandEnd>,
  say: (line: string) => void,
): Promise<string> {
  const first = await run(plan.install);
  if (first.exitCode === 0 || plan.refresh === null) return first.output;
  say(`that failed; refreshing the package lists: ${plan.refresh.join(' ')}`);
  const refreshed = await run(plan.refresh);
  const second = await run(plan.install);
  return second.exitCode === 0 ? second.output : `${refreshed.output}\n${second.output}`;
}

function missing(program: ServerProgram, plan: InstallPlan | null, output: string | null): FramegateError {
  const manual =
    plan === null ? `install ${program}` : `run \`${plan.install.join(' ').replace(' -n', '')}\``;
  const why = output === null ? `${program} is not installed` : `installing ${program} failed`;
  const lastLines = output?.trim().split('\n').slice(-5).join('\n') ?? '';
  return new FramegateError(
    'dependency-missing',
    `${why}: ${manual}, or set ${URL_SETTINGS[program]} to a server that is there${lastLines === '' ? '' : `\n${lastLines}`}`,
    { details: { program, setting: URL_SETTINGS[program] } },
  );
}

function runCommand(command: readonly string[]): Promise<CommandEnd> {
  const [program = '', ...rest] = command;
  return new Promise((resolve) => {
    const child = spawn(program, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: childEnvironment({ DEBIAN_FRONTEND: 'noninteractive' }),
    });
    let output = '';
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-8000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => resolve({ exitCode: null, output: error.message }));
    child.once('close', (exitCode) => resolve({ exitCode, output }));
  });
}
