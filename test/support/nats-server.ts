import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';

/** Skip with `describe.skipIf(natsServerMissing !== null)`; the text is the reason. */
export const natsServerMissing: string | null =
  findProgram('nats-server') === null ? 'nats-server is not on PATH' : null;

export interface NatsServerOptions {
  /** Default 16 MiB. */
  readonly maxPayloadBytes?: number;
  /** All that JetStream may store; default most of the disk. */
  readonly maxStoreBytes?: number;
  /** Appended to the server's configuration file. */
  readonly config?: string;
}

export interface TestNatsServer {
  /** `nats://127.0.0.1:<port>`, the same after a restart. */
  readonly url: string;
  /** SIGKILL and wait for the end; the stored streams stay. */
  kill(): Promise<void>;
  /** SIGTERM and wait for the end: everything that it knows is on its disk. */
  stop(): Promise<void>;
  /** Starts again on the same port and store, after `kill()`. */
  restart(): Promise<void>;
  /** Ends the server and removes its store. */
  close(): Promise<void>;
}

/** A real nats-server with JetStream on a free port and a store of its own under the temporary folder. */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<TestNatsServer> {
  const program = findProgram('nats-server');
  if (program === null) throw new Error('nats-server is not on PATH');
  const folder = await mkdtemp(join(tmpdir(), 'framegate-nats-'));
  const configPath = join(folder, 'server.conf');
  await writeFile(
    configPath,
    `max_payload: ${options.maxPayloadBytes ?? 16 * 1024 * 1024}
jetstream { store_dir: ${JSON.stringify(join(folder, 'store'))}${options.maxStoreBytes === undefined ? '' : `, max_file_store: ${options.maxStoreBytes}`} }
${options.config ?? ''}
`,
  );

  let child: ChildProcess | null = null;
  // A suite that was torn down before its close() must not leave a server behind.
  const endWithProcess = () => child?.kill('SIGKILL');
  process.once('exit', endWithProcess);
  let port = -1;

  async function start(): Promise<void> {
    const portsFolder = await mkdtemp(join(folder, 'ports-'));
    const started = spawn(
      program as string,
      ['-a', '127.0.0.1', '-p', String(port), '-c', configPath, '--ports_file_dir', portsFolder],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let log = '';
    started.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4000);
    });
    child = started;
    port = await portFrom(portsFolder, started, () => log);
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    running.kill(signal);
    await ended;
  }

  const kill = () => end('SIGKILL');

  try {
    await start();
  } catch (thrown) {
    await kill();
    await rm(folder, { recursive: true, force: true });
    throw thrown;
  }

  return {
    url: `nats://127.0.0.1:${port}`,
    kill,
    stop: () => end('SIGTERM'),
    restart: start,
    close: async () => {
      process.off('exit', endWithProcess);
      await kill();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The server writes its ports file once it listens. */
async function portFrom(folder: string, child: ChildProcess, log: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    let settled = false;
    const path = join(folder, `nats-server_${child.pid}.ports`);
    const settle = (act: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      watcher.close();
      act();
    };
    const look = () => {
      readFile(path, 'utf8').then(
        (text) => {
          const ports = parsePorts(text);
          if (ports !== null) settle(() => resolve(ports));
        },
        () => {
          // Not written yet.
        },
      );
    };
    const watcher = watch(folder, look);
    const timer = setTimeout(() => {
      settle(() => reject(new Error(`nats-server did not start in time: ${log()}`)));
    }, 20_000);
    child.once('exit', (code) => {
      settle(() => reject(new Error(`nats-server ended with ${code}: ${log()}`)));
    });
    child.once('error', (error) => {
      settle(() => reject(error));
    });
    look();
  });
}

function parsePorts(text: string): number | null {
  try {
    const parsed = JSON.parse(text) as { nats?: string[] };
    const address = parsed.nats?.[0];
    return address === undefined ? null : Number(new URL(address).port);
  } catch {
    // Half written: the watcher calls again.
    return null;
  }
}
