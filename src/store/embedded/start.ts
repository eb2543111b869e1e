/** Starts the embedded ClickHouse in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ERROR_CODES, type ErrorCode } from '../../protocol/error-codes.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';

export interface EmbeddedOptions {
  /** The engine's data directory; one process at a time. Created when missing. */
  readonly dataFolder: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Called when the process ends without close() having been called. */
  readonly onExit?: (exit: EmbeddedExit) => void;
  /** Default 60 s. */
  readonly startTimeoutMs?: number;
}

export interface EmbeddedExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines that it wrote to stderr. */
  readonly output: string;
}

export interface EmbeddedClickHouse {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Ends the process: running queries are answered first, for at most 10 s. */
  close(): Promise<void>;
}

const KEPT_OUTPUT_CHARS = 4000;
const CLOSE_TIMEOUT_MS = 10_000;

/** Resolves when it answers; rejects with dependency-missing or store-unavailable. */
export async function startEmbeddedClickHouse(options: EmbeddedOptions): Promise<EmbeddedClickHouse> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    [main, '--path', options.dataFolder, '--port', String(options.port)],
    {
      // A group of its own: Ctrl-C in a terminal reaches the parent first, which flushes before it closes this.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  let output = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT_CHARS);
  });
  // `exit` alone may come before the last of its output.
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    output,
  }));
  const timeoutMs = options.startTimeoutMs ?? 60_000;
  const port = await firstLine(child.stdout!, ended, timeoutMs).catch(async (error: unknown) => {
    child.kill('SIGKILL');
    await ended.catch(() => undefined);
    throw error;
  });
  let closing = false;
  ended.then(
    (exit) => {
      if (!closing) options.onExit?.(exit);
    },
    () => undefined,
  );
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid!,
    async close() {
      closing = true;
      child.kill('SIGTERM');
      const forced = setTimeout(() => child.kill('SIGKILL'), CLOSE_TIMEOUT_MS);
      await ended;
      clearTimeout(forced);
    },
  };
}

async function firstLine(
  stdout: NodeJS.ReadableStream,
  ended: Promise<EmbeddedExit>,
  timeoutMs: number,
): Promise<number> {
  const lines = createInterface({ input: stdout });
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new FramegateError(
            'store-unavailable',
            `The embedded ClickHouse was not ready after ${timeoutMs} ms`,
          ),
        ),
      timeoutMs,
    );
  });
  const exit = ended.then((end) => {
    const reason = end.output.trim() || `code ${end.code}, signal ${end.signal}`;
    throw new FramegateError('store-unavailable', `The embedded ClickHouse ended at its start: ${reason}`);
  });
  try {
    const line = await Promise.race([once(lines, 'line').then(([text]) => String(text)), exit, timeout]);
    const report = JSON.parse(line) as { ready: boolean; port?: number; code?: string; message?: string };
    if (report.ready && report.port !== undefined) return report.port;
    throw new FramegateError(
      errorCode(report.code),
      report.message ?? 'The embedded ClickHouse could not start',
    );
  } finally {
    clearTimeout(timer);
    exit.catch(() => undefined);
    lines.close();
    stdout.resume();
  }
}

function errorCode(code: string | undefined): ErrorCode {
  return code !== undefined && code in ERROR_CODES ? (code as ErrorCode) : 'store-unavailable';
}
