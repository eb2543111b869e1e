/** Runs one HTTP request's statement on the engine: data in and rows out go by files of the exchange folder. */
import { randomUUID } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { Engine, EngineConnection, EngineRun } from './engine.ts';
import { EngineError, toEngineError } from './engine-error.ts';
import { type HttpQuery, sqlName, sqlString } from './http-query.ts';
import { readStatement } from './request-body.ts';
import type { Statement } from './statement.ts';

export interface QueryOutcome {
  readonly format: string;
  readonly run: EngineRun;
  readonly writtenRows: number;
  /** Where the rows are; null when they are in `run.bytes`. */
  readonly resultPath: string | null;
  readonly resultBytes: number;
}

export interface QueryRunner {
  /** Rejects with EngineError. `cancelled` aborts when nobody waits for the answer any more. */
  run(request: IncomingMessage, query: HttpQuery, cancelled: AbortSignal): Promise<QueryOutcome>;
  /** Deletes the outcome's file. */
  release(outcome: QueryOutcome): Promise<void>;
  close(): void;
}

interface HeldSession {
  readonly connection: EngineConnection;
  busy: boolean;
  expiry: NodeJS.Timeout | null;
}

export function createQueryRunner(engine: Engine): QueryRunner {
  const sessions = new Map<string, HeldSession>();

  function acquire(query: HttpQuery): { connection: EngineConnection; free: () => void } {
    if (query.session === null) {
      const connection = engine.connect();
      return { connection, free: () => connection.close() };
    }
    const { id, timeoutMs, mustExist } = query.session;
    let held = sessions.get(id);
    if (held === undefined) {
      if (mustExist) throw new EngineError(372, 'SESSION_NOT_FOUND', `Session ${id} not found`);
      held = { connection: engine.connect(), busy: false, expiry: null };
      sessions.set(id, held);
    }
    if (held.busy)
      throw new EngineError(373, 'SESSION_IS_LOCKED', `Session ${id} is locked by a concurrent client`);
    const session = held;
    session.busy = true;
    if (session.expiry !== null) clearTimeout(session.expiry);
    return {
      connection: session.connection,
      free() {
        session.busy = false;
        session.expiry = setTimeout(() => {
          sessions.delete(id);
          session.connection.close();
        }, timeoutMs);
        session.expiry.unref();
      },
    };
  }

  async function cancel(resultPath: string): Promise<void> {
    const connection = engine.connect();
    try {
      // The path is unique; this statement's own text has it in two parts, so that it does not find itself.
      const [head, tail] = [resultPath.slice(0, -8), resultPath.slice(-8)];
      await connection.run(
        `KILL QUERY WHERE position(query, concat(${sqlString(head)}, ${sqlString(tail)})) > 0 ASYNC`,
        'Null',
      );
    } finally {
      connection.close();
    }
  }

  return {
    async run(request, query, cancelled) {
      const id = randomUUID();
      const dataPath = join(engine.exchangeFolder, `${id}.in`);
      const resultPath = join(engine.exchangeFolder, `${id}.out`);
      const intoOutfile = ` INTO OUTFILE ${sqlString(resultPath)} TRUNCATE`;
      const hidden = [intoOutfile.trim(), dataPath, resultPath];
      let lease: ReturnType<typeof acquire> | null = null;
      const onCancelled = (): void => {
        // Failing to cancel only means that the query runs to its end.
        cancel(resultPath).catch(() => undefined);
      };
      try {
        const statement = await readStatement(request, query.query, dataPath);
        const format = formatOf(statement, query);
        if (cancelled.aborted) throw new EngineError(394, 'QUERY_WAS_CANCELLED', 'Query was cancelled');
        lease = acquire(query);
        if (statement.kind === 'rows') cancelled.addEventListener('abort', onCancelled, { once: true });
        const script = preamble(query) + toSql(statement, format, dataPath, intoOutfile);
        const run = await lease.connection.run(script, format);
        if (query.session !== null && query.settings.length > 0) {
          await lease.connection.run(
            query.settings.map(([name]) => `SET ${name} = DEFAULT`).join('; '),
            'Null',
          );
        }
        const size = statement.kind === 'rows' ? await sizeOf(resultPath) : null;
        return {
          format,
          run,
          writtenRows: statement.kind === 'data' ? run.rowsRead : 0,
          resultPath: size === null ? null : resultPath,
          resultBytes: size ?? run.bytes.byteLength,
        };
      } catch (thrown) {
        await rm(resultPath, { force: true });
        throw toEngineError(thrown, hidden);
      } finally {
        cancelled.removeEventListener('abort', onCancelled);
        lease?.free();
        await rm(dataPath, { force: true });
      }
    },
    async release(outcome) {
      if (outcome.resultPath !== null) await rm(outcome.resultPath, { force: true });
    },
    close() {
      for (const session of sessions.values()) {
        if (session.expiry !== null) clearTimeout(session.expiry);
        session.connection.close();
      }
      sessions.clear();
    },
  };
}

function formatOf(statement: Statement, query: HttpQuery): string {
  const named = statement.kind === 'rows' ? statement.format : null;
  const format = named ?? query.defaultFormat;
  if (!/^[A-Za-z0-9_]+$/.test(format))
    throw new EngineError(73, 'UNKNOWN_FORMAT', `Unknown format ${format}`);
  return format;
}

function preamble(query: HttpQuery): string {
  // One analyst's query must not take the machine that it shares with everything else; a request may say otherwise.
  const lines = [`SET max_memory_usage = ${Math.round(totalmem() * 0.4)}`];
  if (query.database !== null && query.database !== '') lines.push(`USE ${sqlName(query.database)}`);
  for (const [name, value] of query.params) lines.push(`SET param_${name} = ${sqlString(value)}`);
  for (const [name, value] of query.settings) lines.push(`SET ${name} = ${sqlString(value)}`);
  return lines.map((line) => `${line}; `).join('');
}

/** A line break ends a comment that the client's text may end with. */
function toSql(statement: Statement, format: string, dataPath: string, intoOutfile: string): string {
  if (statement.kind === 'plain') return statement.sql;
  if (statement.kind === 'rows') return `${statement.head}\n${intoOutfile} FORMAT ${format}${statement.tail}`;
  // The engine would otherwise hold rows back for others to join them, and there are none.
  return (
    `SET async_insert = 0; ${statement.head}\nFROM INFILE ${sqlString(dataPath)} COMPRESSION 'none' ` +
    `${statement.settings}\nFORMAT ${statement.format}`
  );
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
