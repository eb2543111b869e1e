import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';

/** Skip with `describe.skipIf(redisServerMissing !== null)`; the text is the reason. */
export const redisServerMissing: string | null =
  findProgram('redis-server') === null ? 'redis-server is not on PATH' : null;

export interface TestRedisServer {
  /** `redis://127.0.0.1:<port>`, the same after a restart. */
  readonly url: string;
  /** SIGKILL and wait for the end. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay, nothing is answered any more. `close()` ends it all the same. */
  hang(): void;
  /** Starts again on the same port, empty. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A real redis-server without persistence on a free port. */
export async function startRedisServer(): Promise<TestRedisServer> {
  const program = findProgram('redis-server');
  if (program === null) throw new Error('redis-server is not on PATH');
  const folder = await mkdtemp(join(tmpdir(), 'framegate-redis-'));
  let child: ChildProcess | null = null;
  // A suite that was torn down before its close() must not leave a server behind.
  const endWithProcess = () => child?.kill('SIGKILL');
  process.once('exit', endWithProcess);

  async function start(port: number): Promise<void> {
    const started = spawn(
      program as string,
      ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', '', '--appendonly', 'no'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    child = started;
    await ready(started);
  }

  async function kill(): Promise<void> {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
  }

  // Redis takes no port 0, and a port found free may be taken by the time it starts: try again then.
  let port = 0;
  for (let attempt = 1; ; attempt++) {
    port = await freePort();
    try {
      await start(port);
      break;
    } catch (thrown) {
      await kill();
      if (attempt === 5) throw thrown;
    }
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    hang: () => {
      child?.kill('SIGSTOP');
    },
    restart: () => start(port),
    close: async () => {
      process.off('exit', endWithProcess);
      await kill();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function ready(child: ChildProcess): Promise<void> {
  let log = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`redis-server did not start in time: ${log}`)), 20_000);
    const read = (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4000);
      if (log.includes('Ready to accept connections')) {
        clearTimeout(timer);
        resolve();
      }
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`redis-server ended with ${code}: ${log}`));
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
