/**
 * The ClickHouse engine of `chdb` on one data directory. Every statement gets a connection of its own (half a
 * millisecond), so that settings, parameters and the current database of one request never reach another; calls on one
 * connection run one after the other, on several in parallel, each on a libuv thread.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { Session } from 'chdb';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { EngineError } from './engine-error.ts';

export interface EngineRun {
  /** What the engine gave back itself; empty for statements whose rows go to a file. */
  readonly bytes: Uint8Array;
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly elapsedMs: number;
}

export interface EngineConnection {
  /** Runs a script of statements in order; `format` counts where a statement names none. */
  run(script: string, format: string): Promise<EngineRun>;
  close(): void;
}

export interface Engine {
  readonly version: string;
  readonly timezone: string;
  /** For data and results on their way; emptied at every start. */
  readonly exchangeFolder: string;
  connect(): EngineConnection;
  /** Waits for what runs, then lets go of the data directory. */
  close(): Promise<void>;
}

/** Opens the engine; rejects with dependency-missing, or store-unavailable when another process has the directory. */
export async function openEngine(dataFolder: string): Promise<Engine> {
  const chdb = await loadChdb();
  const folder = resolve(dataFolder);
  await mkdir(folder, { recursive: true });
  const open = (): Session => new chdb.Session(folder);
  const anchor = await openAnchor(open, folder);
  // The exchange folder is touched only now, with the directory's lock held.
  const exchangeFolder = join(folder, 'exchange');
  await rm(exchangeFolder, { recursive: true, force: true });
  await mkdir(exchangeFolder);
  const gate = createGate(Math.max(4, 2 * availableParallelism()));
  const connect = (): EngineConnection => {
    const session = open();
    return {
      run: (script, format) =>
        gate(async () => {
          const result = await session.queryAsync(script, { format });
          return {
            bytes: result.bytes(),
            rowsRead: result.rowsRead,
            bytesRead: result.bytesRead,
            elapsedMs: result.elapsed * 1000,
          };
        }),
      close: () => session.close(),
    };
  };
  const about = await anchor.queryAsync('SELECT version(), timezone()', { format: 'TSVRaw' });
  const [version = '', timezone = 'UTC'] = about.text().trim().split('\t');
  return {
    version,
    timezone,
    exchangeFolder,
    connect,
    async close() {
      await chdb.drainPending();
      anchor.close();
      await chdb.drainPending();
      await rm(exchangeFolder, { recursive: true, force: true });
    },
  };
}

async function loadChdb(): Promise<typeof import('chdb')> {
  try {
    return await import('chdb');
  } catch (cause) {
    throw new FramegateError(
      'dependency-missing',
      'The embedded ClickHouse needs the npm package chdb, which is not installed for this platform. ' +
        'Run `npm install --include=optional`, or set FRAMEGATE_CLICKHOUSE_URL to a ClickHouse server.',
      { cause },
    );
  }
}

async function openAnchor(open: () => Session, folder: string): Promise<Session> {
  try {
    return open();
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    const holder = await holderOf(folder);
    throw new FramegateError(
      'store-unavailable',
      holder === null
        ? `The ClickHouse data in ${folder} cannot be opened: ${text.trim()}`
        : `Another process (${holder}) has the ClickHouse data in ${folder} open. Stop it, or choose another data folder.`,
      { cause },
    );
  }
}

/** The process that the engine's own lock file names, if it lives; the engine says why it failed on stderr only. */
async function holderOf(folder: string): Promise<string | null> {
  try {
    const pid = Number(/^PID: (\d+)/m.exec(await readFile(join(folder, 'status'), 'utf8'))?.[1]);
    process.kill(pid, 0);
    return String(pid);
  } catch (error) {
    // EPERM: it lives, and is another user's.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'EPERM' ? "another user's" : null;
  }
}

/** At most `limit` tasks at a time, first come, first served. libuv needs threads left over for files. */
function createGate(limit: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= limit) {
      if (waiting.length >= 1000) {
        throw new EngineError(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', 'Too many simultaneous queries');
      }
      await new Promise<void>((go) => waiting.push(go));
    } else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
