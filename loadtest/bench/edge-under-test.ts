import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureProgram } from '../../src/cli/local-servers/ensure-program.ts';
import { findFreePort } from '../../src/cli/local-servers/free-port.ts';
import { startNats } from '../../src/cli/local-servers/start-nats.ts';
import { startRedis } from '../../src/cli/local-servers/start-redis.ts';
import { searchPath } from '../../src/config/process-environment.ts';

export interface EdgeUnderTest {
  readonly url: string;
  /** Resident memory now. */
  residentBytes(): number;
  /** User and system time since its start. */
  cpuSeconds(): number;
  close(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../../bin/framegate.js', import.meta.url));
const CLOCK_TICKS_PER_SECOND = 100;

/** A real edge role in a process of its own, with a real NATS and Redis beside it. */
export async function startEdgeUnderTest(settings: Record<string, string> = {}): Promise<EdgeUnderTest> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'framegate-bench-'));
  // Its servers end with this process, however that ends; the folder would stay.
  const removeFolder = () => rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', removeFolder);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const install = { install: true, say };
  const nats = await startNats({
    dataFolder,
    say,
    node: 'bench',
    program: await ensureProgram('nats-server', install),
    preferredPort: await findFreePort(),
  });
  const redis = await startRedis({
    dataFolder,
    say,
    program: await ensureProgram('redis-server', install),
    preferredPort: await findFreePort(),
  });
  const child = spawn(process.execPath, [PROGRAM, 'edge'], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: searchPath(),
      FRAMEGATE_PORT: '0',
      FRAMEGATE_NATS_URL: nats.url,
      FRAMEGATE_REDIS_URL: redis.url,
      FRAMEGATE_LOG_LEVEL: 'warn',
      FRAMEGATE_MAX_FPS: '120',
      // All clients come from one address here.
      FRAMEGATE_MAX_CONNECTIONS_PER_ADDRESS: '2000',
      FRAMEGATE_MAX_PENDING_CONNECTIONS: '2000',
      FRAMEGATE_MAX_CONNECTS_PER_ADDRESS: '1000000',
      ...settings,
    },
  });
  const url = await readyUrl(child);
  return {
    url,
    residentBytes: () =>
      Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024,
    cpuSeconds() {
      // Fields 14 and 15, counted behind the name, which may hold spaces.
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
    },
    async close() {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
      await redis.close();
      await nats.close();
      removeFolder();
      process.off('exit', removeFolder);
    },
  };
}

async function readyUrl(child: ChildProcess): Promise<string> {
  const ready = once(child, 'message').then(([message]) => {
    const { summary } = message as { summary: string };
    return /https?:\/\/[^,]+/.exec(summary)![0];
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error('the edge ended at its start');
  });
  return Promise.race([ready, ended]);
}
