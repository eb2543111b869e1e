/**
 * The embedded ClickHouse as a process: `node src/store/embedded/main.ts --path DIR --port N`. Prints one JSON line,
 * `{"ready":true,"port":…,"url":…}` or `{"ready":false,"code":…,"message":…}`, and ends on SIGTERM, on SIGINT, or with
 * the process that started it.
 */
import { parseArgs } from 'node:util';
import { toFramegateError } from '../../protocol/framegate-error.ts';
import { openEngine } from './engine.ts';
import { serveHttp } from './http-server.ts';

// Queries occupy libuv's threads; files need some too. Read by libuv at the first use of a thread.
process.env.UV_THREADPOOL_SIZE ??= '16';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { path: { type: 'string' }, port: { type: 'string', default: '8123' } },
  });
  const port = Number(values.port);
  if (values.path === undefined || !Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error('usage: main.ts --path DIR [--port N]');
  }
  const engine = await openEngine(values.path);
  const server = await serveHttp(engine, port).catch(async (error: unknown) => {
    await engine.close();
    throw error;
  });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    server
      .close()
      .then(() => engine.close())
      .then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Started with an IPC channel: whoever started it is gone, however that came about.
  process.on('disconnect', stop);
  report({ ready: true, port: server.port, url: `http://127.0.0.1:${server.port}` });
}

function report(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function fail(thrown: unknown): void {
  const busy = thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE';
  const error = toFramegateError(thrown, 'store-unavailable');
  report({
    ready: false,
    code: error.code,
    message: busy ? `The port of the embedded ClickHouse is taken: ${error.message}` : error.message,
  });
  process.exit(1);
}

main().catch(fail);
