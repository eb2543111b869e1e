import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { findFreePort, isPortFree } from './free-port.ts';
import { type KeptProcess, keepProcess } from './kept-process.ts';
import { endRecordedServer, writeRunRecord } from './run-record.ts';

/** A server that runs as our child on 127.0.0.1. */
export interface LocalServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when it has ended, asked to or not. */
  readonly ended: Promise<{ exitCode: number | null }>;
  /** SIGTERM and wait. Its data stay. */
  close(): Promise<void>;
}

/** What is particular to one program. */
export interface ServerKind {
  readonly name: string;
  readonly program: string;
  readonly preferredPort: number;
  /** The configuration file's text. */
  configText(paths: { readonly folder: string; readonly pidFile: string; readonly port: number }): string;
  args(configFile: string): readonly string[];
  /** Resolves when the server is ready for work, rejects while it is not. */
  probe(port: number): Promise<void>;
  url(port: number): string;
}

export interface StartOptions {
  /** The data folder; the server has a folder of its own in it. */
  readonly dataFolder: string;
  readonly say: (line: string) => void;
  /** Default 20 s. */
  readonly timeoutMs?: number;
}

const PORT_TRIES = 4;
const PROBE_EVERY_MS = 20;

/** Starts the server and waits until it is ready. Rejects with dependency-unavailable that quotes its log. */
export async function startServer(kind: ServerKind, options: StartOptions): Promise<LocalServer> {
  const folder = join(options.dataFolder, kind.name);
  const paths = {
    folder,
    pidFile: join(folder, `${kind.name}.pid`),
    recordFile: join(folder, 'run.json'),
    configFile: join(folder, `${kind.name}.conf`),
    logFile: join(options.dataFolder, 'logs', `${kind.name}.log`),
  };
  await mkdir(folder, { recursive: true });
  if ((await endRecordedServer(paths.recordFile)) === 'ended') {
    options.say(`ended the ${kind.name} that an earlier run had left`);
  }

  for (let attempt = 1; ; attempt++) {
    const port = await choosePort(kind, attempt, options.say);
    await rm(paths.pidFile, { force: true });
    await writeFile(paths.configFile, kind.configText({ folder, pidFile: paths.pidFile, port }));
    const kept = keepProcess({
      program: kind.program,
      args: kind.args(paths.configFile),
      workingFolder: folder,
      logFile: paths.logFile,
    });
    try {
      await ready(kind, port, kept, options.timeoutMs ?? 20_000);
      const pid = Number((await readFile(paths.pidFile, 'utf8')).trim());
      await writeRunRecord(paths.recordFile, pid);
      return {
        url: kind.url(port),
        port,
        pid,
        logFile: paths.logFile,
        ended: kept.ended,
        async close() {
          await kept.close();
          await rm(paths.recordFile, { force: true });
        },
      };
    } catch (thrown) {
      await kept.close();
      const wasTaken = /address already in use/i.test(kept.logTail());
      if (wasTaken && attempt < PORT_TRIES) continue;
      throw new FramegateError(
        'dependency-unavailable',
        `${kind.name} did not start (log: ${paths.logFile})\n${kept.logTail()}`,
        { cause: thrown },
      );
    }
  }
}

/** The usual port where it is free, so that people's own tools find the server; any other one else. */
async function choosePort(kind: ServerKind, attempt: number, say: (line: string) => void): Promise<number> {
  if (attempt === 1) {
    if (await isPortFree(kind.preferredPort)) return kind.preferredPort;
    const port = await findFreePort();
    say(`port ${kind.preferredPort} is in use; ${kind.name} gets port ${port}`);
    return port;
  }
  return findFreePort();
}

async function ready(kind: ServerKind, port: number, kept: KeptProcess, timeoutMs: number): Promise<void> {
  let hasEnded = false;
  void kept.ended.then(() => {
    hasEnded = true;
  });
  const deadlineMs = performance.now() + timeoutMs;
  let last: unknown;
  while (performance.now() < deadlineMs) {
    if (hasEnded) throw new Error('the server ended', { cause: last });
    try {
      await kind.probe(port);
      // Whoever answers has to be ours: the port may have been taken while our own server gives up.
      await delay(0);
      if (!hasEnded) return;
    } catch (thrown) {
      last = thrown;
      await delay(PROBE_EVERY_MS);
    }
  }
  throw new Error('the server did not become ready in time', { cause: last });
}
