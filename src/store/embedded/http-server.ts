/** ClickHouse's HTTP interface in front of the embedded engine, on the loopback address only. */
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  createBrotliCompress,
  createDeflate,
  createGzip,
  createZstdCompress,
  constants as zlib,
} from 'node:zlib';
import { contentType } from './content-type.ts';
import type { Engine } from './engine.ts';
import { type EngineError, httpStatus, toEngineError } from './engine-error.ts';
import { type HttpQuery, parseHttpQuery } from './http-query.ts';
import { createQueryRunner, type QueryOutcome, type QueryRunner } from './query-runner.ts';

export interface EmbeddedHttpServer {
  readonly port: number;
  /** Ends once every running query has been answered. */
  close(): Promise<void>;
}

/** Rejects with the error of listen(), EADDRINUSE for one. */
export async function serveHttp(engine: Engine, port: number): Promise<EmbeddedHttpServer> {
  const runner = createQueryRunner(engine);
  const server = createServer({ keepAliveTimeout: 30_000, requestTimeout: 0 }, (request, response) => {
    answer(engine, runner, request, response).catch((error: unknown) => response.destroy(asError(error)));
  });
  await listen(server, port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    port: address.port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A kept-alive connection would otherwise hold the server open long after its last answer.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      server.closeIdleConnections();
      await closed;
      clearInterval(sweep);
      runner.close();
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function answer(
  engine: Engine,
  runner: QueryRunner,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!fromThisMachine(request)) return sendText(response, 403, 'Requests of web pages are not answered.\n');
  const url = new URL(request.url ?? '/', 'http://localhost');
  response.setHeader('X-ClickHouse-Server-Display-Name', 'framegate');
  response.setHeader('X-ClickHouse-Timezone', engine.timezone);
  if (url.pathname === '/ping' || url.pathname === '/replicas_status')
    return sendText(response, 200, 'Ok.\n');
  if (url.pathname !== '/' && url.pathname !== '/query') {
    return sendText(
      response,
      404,
      `There is no handle ${url.pathname}\n\nUse / or /ping for health checks.\n`,
    );
  }
  if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'POST') {
    return sendText(response, 405, 'Use GET or POST.\n');
  }
  if (request.method !== 'POST' && !url.searchParams.has('query')) return sendText(response, 200, 'Ok.\n');

  const gone = new AbortController();
  response.once('close', () => gone.abort());
  let outcome: QueryOutcome;
  let query: HttpQuery;
  try {
    query = parseHttpQuery(request, url);
    response.setHeader('X-ClickHouse-Query-Id', query.queryId);
    outcome = await runner.run(request, query, gone.signal);
  } catch (thrown) {
    return sendException(engine, request, response, toEngineError(thrown));
  }
  try {
    await sendOutcome(request, response, query, outcome);
  } catch (error) {
    // A client that left is nobody's fault.
    if (!gone.signal.aborted) throw error;
  } finally {
    await runner.release(outcome);
  }
}

/**
 * A web page anywhere can send requests to this port through its visitor's browser, by its address or by a name that
 * resolves to it; the engine has no password, so such requests are told from tools' by what only browsers send.
 */
function fromThisMachine(request: IncomingMessage): boolean {
  const host = (request.headers.host ?? '127.0.0.1').replace(/:\d+$/, '');
  const local = (name: string): boolean => name === '127.0.0.1' || name === 'localhost' || name === '[::1]';
  if (!local(host)) return false;
  const origin = request.headers.origin;
  if (origin === undefined) return request.headers['sec-fetch-site'] !== 'cross-site';
  return URL.canParse(origin) && local(new URL(origin).hostname);
}

async function sendOutcome(
  request: IncomingMessage,
  response: ServerResponse,
  query: HttpQuery,
  outcome: QueryOutcome,
): Promise<void> {
  const { run } = outcome;
  response.statusCode = 200;
  response.setHeader('Content-Type', contentType(outcome.format));
  response.setHeader('X-ClickHouse-Format', outcome.format);
  response.setHeader(
    'X-ClickHouse-Summary',
    JSON.stringify({
      read_rows: String(run.rowsRead),
      read_bytes: String(run.bytesRead),
      written_rows: String(outcome.writtenRows),
      written_bytes: String(outcome.writtenRows === 0 ? 0 : run.bytesRead),
      total_rows_to_read: '0',
      result_rows: '0',
      result_bytes: String(outcome.resultBytes),
      elapsed_ns: String(Math.round(run.elapsedMs * 1e6)),
    }),
  );
  const compressor = query.compressResponse ? compression(request, response) : null;
  if (compressor === null) response.setHeader('Content-Length', outcome.resultBytes);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const source =
    outcome.resultPath === null ? Readable.from([run.bytes]) : createReadStream(outcome.resultPath);
  if (compressor === null) await pipeline(source, response);
  else await pipeline(source, compressor, response);
}

function compression(request: IncomingMessage, response: ServerResponse): Transform | null {
  const accepted = new Set(
    (request.headers['accept-encoding'] ?? '').split(',').map((part) => part.trim().split(';')[0]),
  );
  const choices = [
    ['gzip', () => createGzip({ level: 1 })],
    ['zstd', () => createZstdCompress()],
    ['br', () => createBrotliCompress({ params: { [zlib.BROTLI_PARAM_QUALITY]: 1 } })],
    ['deflate', () => createDeflate({ level: 1 })],
  ] as const;
  const choice = choices.find(([name]) => accepted.has(name));
  if (choice === undefined) return null;
  response.setHeader('Content-Encoding', choice[0]);
  return choice[1]();
}

function sendException(
  engine: Engine,
  request: IncomingMessage,
  response: ServerResponse,
  error: EngineError,
): void {
  // A client that still sends would take an early answer for a broken connection.
  request.resume();
  if (response.destroyed) return;
  response.setHeader('X-ClickHouse-Exception-Code', error.clickhouseCode);
  sendText(response, httpStatus(error.clickhouseCode), error.text(engine.version));
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  response.end(text);
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
