/** Takes a request's statement and data apart, whatever their size: statements stay in memory, data go to a file. */
import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { EngineError } from './engine-error.ts';
import { parseStatement, type Statement } from './statement.ts';

/** ClickHouse's default `max_query_size` is smaller; long IN lists come from tools all the same. */
const MAX_STATEMENT_BYTES = 16 * 1024 * 1024;
/** Read before the first look: any INSERT's head is shorter. */
const FIRST_LOOK_BYTES = 64 * 1024;

/**
 * Reads the request. Resolves with the statement, its texts being UTF-8, after the data of an INSERT have been written
 * to `dataPath`.
 */
export async function readStatement(
  request: IncomingMessage,
  query: string,
  dataPath: string,
): Promise<Statement> {
  const body = decoded(request)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  // Latin-1 keeps one character per byte, so that data which are not UTF-8 pass through unharmed.
  let text = query === '' ? '' : `${Buffer.from(query, 'utf8').toString('latin1')}\n`;
  let lookAt = text.length + FIRST_LOOK_BYTES;
  let ended = request.method === 'GET' || request.method === 'HEAD';
  while (!ended) {
    const next = await body.next();
    if (next.done === true) ended = true;
    else text += next.value.toString('latin1');
    if (!ended && text.length < lookAt) continue;
    lookAt = text.length * 2;
    if (ended || text.length > MAX_STATEMENT_BYTES) break;
    const early = quietly(text);
    if (early?.kind === 'data' && early.dataStart < text.length) break;
  }
  const statement = parseStatement(text);
  if (statement.kind === 'data') {
    await spool(text.slice(statement.dataStart), ended ? null : body, dataPath);
    return { ...statement, head: utf8(statement.head), settings: utf8(statement.settings) };
  }
  if (!ended)
    throw new EngineError(62, 'SYNTAX_ERROR', `Max query size exceeded: ${MAX_STATEMENT_BYTES} bytes`);
  if (statement.kind === 'plain') return { kind: 'plain', sql: utf8(statement.sql) };
  return { ...statement, head: utf8(statement.head), tail: utf8(statement.tail) };
}

function quietly(text: string): Statement | null {
  try {
    return parseStatement(text);
  } catch {
    // Half a statement need not parse; the whole one is parsed again.
    return null;
  }
}

async function spool(head: string, rest: AsyncIterator<Buffer> | null, path: string): Promise<void> {
  async function* bytes(): AsyncGenerator<Buffer> {
    if (head !== '') yield Buffer.from(head, 'latin1');
    if (rest === null) return;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  }
  await pipeline(bytes, createWriteStream(path, { highWaterMark: 1024 * 1024 }));
}

function decoded(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  const through =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip()
      : encoding === 'deflate'
        ? createInflate()
        : encoding === 'br'
          ? createBrotliDecompress()
          : encoding === 'zstd'
            ? createZstdDecompress()
            : null;
  if (through === null) {
    if (encoding === 'identity' || encoding === '') return request;
    throw new EngineError(48, 'NOT_IMPLEMENTED', `Content-Encoding ${encoding} is not supported`);
  }
  request.on('error', (error) => through.destroy(error));
  return request.pipe(through);
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
