/** What an HTTP request says besides its body, by the rules of ClickHouse's HTTP interface. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { EngineError } from './engine-error.ts';

export interface HttpQuery {
  readonly query: string;
  readonly queryId: string;
  readonly database: string | null;
  /** For a statement without a FORMAT clause. */
  readonly defaultFormat: string;
  /** Name and value, in the order given. */
  readonly settings: readonly (readonly [string, string])[];
  /** `{name:Type}` in the statement. */
  readonly params: readonly (readonly [string, string])[];
  readonly session: { readonly id: string; readonly timeoutMs: number; readonly mustExist: boolean } | null;
  /** Compress the answer as the client's Accept-Encoding allows. */
  readonly compressResponse: boolean;
}

/** Parameters that are neither settings nor of use here; credentials mean nothing on a loopback engine. */
const IGNORED = new Set([
  'user',
  'password',
  'quota_key',
  'role',
  'stacktrace',
  'buffer_size',
  'wait_end_of_query',
  'client_protocol_version',
  'http_zlib_compression_level',
  'http_native_compression_disable_checksumming_on_decompress',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'close_session',
]);

const NAME = /^[A-Za-z_][A-Za-z0-9_.]*$/;

/** Throws EngineError for what this interface does not offer. */
export function parseHttpQuery(request: IncomingMessage, url: URL): HttpQuery {
  const settings: [string, string][] = [];
  const params: [string, string][] = [];
  const known = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (name.startsWith('param_')) params.push([checked(name.slice('param_'.length)), value]);
    else if (KNOWN.has(name)) known.set(name, value);
    else if ((name === 'compress' || name === 'decompress') && value !== '0') {
      throw new EngineError(
        48,
        'NOT_IMPLEMENTED',
        'The embedded engine speaks HTTP compression only, not `compress`',
      );
    } else if (!IGNORED.has(name) && name !== 'compress' && name !== 'decompress') {
      settings.push([checked(name), value]);
    }
  }
  // As on a server: what is asked for with GET can change nothing.
  if (request.method === 'GET' || request.method === 'HEAD') settings.push(['readonly', '2']);
  const sessionId = known.get('session_id');
  return {
    query: known.get('query') ?? '',
    queryId: known.get('query_id') || header(request, 'x-clickhouse-query-id') || randomUUID(),
    database: known.get('database') ?? header(request, 'x-clickhouse-database') ?? null,
    defaultFormat: known.get('default_format') ?? header(request, 'x-clickhouse-format') ?? 'TabSeparated',
    settings,
    params,
    session:
      sessionId === undefined || sessionId === ''
        ? null
        : {
            id: sessionId,
            timeoutMs: Math.min(3600, Number(known.get('session_timeout') ?? 60) || 60) * 1000,
            mustExist: known.get('session_check') === '1',
          },
    compressResponse: known.get('enable_http_compression') === '1',
  };
}

const KNOWN = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'session_id',
  'session_timeout',
  'session_check',
  'enable_http_compression',
]);

function checked(name: string): string {
  if (!NAME.test(name)) throw new EngineError(115, 'UNKNOWN_SETTING', `Unknown setting '${name}'`);
  return name;
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A literal of ClickHouse's SQL. */
export function sqlString(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** An identifier of ClickHouse's SQL, always quoted. */
export function sqlName(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}
