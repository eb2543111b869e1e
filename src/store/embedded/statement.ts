/**
 * Splits one SQL text, as it arrives over HTTP, into what the engine has to be told: what kind it is, where its rows
 * go or come from, and in which format. The engine runs whatever text it gets, several statements too, and ends inline
 * data at an empty line; over HTTP one request is one statement and data are bytes, so data and results go by file.
 */

import { type Token, tokens } from '../sql-tokens.ts';
import { EngineError } from './engine-error.ts';

export type Statement =
  /** Rows come out: `head` INTO OUTFILE … FORMAT `format` `tail`. */
  | { readonly kind: 'rows'; readonly head: string; readonly format: string | null; readonly tail: string }
  /** Rows go in: `head` FROM INFILE … `settings` FORMAT `format`; the data begin with `inline`. */
  | {
      readonly kind: 'data';
      readonly head: string;
      readonly settings: string;
      readonly format: string;
      /** Where inline data begin in the text; the text's length when there are none. */
      readonly dataStart: number;
    }
  /** Everything else. */
  | { readonly kind: 'plain'; readonly sql: string };

const ROWS = new Set([
  'SELECT',
  'WITH',
  'FROM',
  'SHOW',
  'DESC',
  'DESCRIBE',
  'EXISTS',
  'EXPLAIN',
  'CHECK',
  '(',
]);

/** Throws EngineError for text that ClickHouse would refuse over HTTP. */
export function parseStatement(sql: string): Statement {
  const first = tokens(sql).next().value;
  if (first === undefined || first.text === ';')
    throw new EngineError(62, 'SYNTAX_ERROR', 'Syntax error: empty query');
  if (first.text === 'INSERT') return parseInsert(sql);
  const all = [...tokens(sql)];
  const end = statementEnd(all, sql);
  refuseFiles(all);
  const text = sql.slice(0, end);
  if (!ROWS.has(first.text)) return { kind: 'plain', sql: text };
  const clause = formatClause(
    all.filter((token) => token.end <= end),
    sql,
  );
  if (clause === null) return { kind: 'rows', head: text, format: null, tail: '' };
  return {
    kind: 'rows',
    head: sql.slice(0, clause.start),
    format: clause.name,
    tail: sql.slice(clause.end, end),
  };
}

/** `FORMAT Name` at the end, or before a last SETTINGS: the word may be a column's name anywhere else. */
function formatClause(
  all: readonly Token[],
  sql: string,
): { start: number; end: number; name: string } | null {
  for (let i = all.length - 2; i >= 0; i -= 1) {
    const word = all[i]!;
    const name = all[i + 1]!;
    const after = all[i + 2];
    if (word.text !== 'FORMAT' || word.kind !== 'word' || word.depth !== 0 || name.kind !== 'word') continue;
    if (all[i - 1]?.text === '.' || (after !== undefined && after.text !== 'SETTINGS')) continue;
    return { start: word.start, end: name.end, name: sql.slice(name.start, name.end) };
  }
  return null;
}

function parseInsert(sql: string): Statement {
  const seen: Token[] = [];
  let settingsStart = -1;
  for (const token of tokens(sql)) {
    const previous = seen.at(-1);
    if (token.kind === 'word' && token.depth === 0 && previous?.text !== '.') {
      const afterTarget = seen.length >= 2 && previous?.text !== 'INTO' && previous?.text !== 'TABLE';
      if (token.text === 'INFILE') refuse('FROM INFILE');
      if (afterTarget && (token.text === 'SELECT' || token.text === 'WITH' || token.text === 'WATCH')) {
        return insertSelect(sql);
      }
      if (afterTarget && token.text === 'SETTINGS') settingsStart = token.start;
      if (afterTarget && token.text === 'VALUES') {
        return dataStatement(sql, token.start, settingsStart, 'Values', token.end);
      }
    }
    if (previous?.text === 'FORMAT' && previous.depth === 0 && token.kind === 'word' && seen.length > 3) {
      const name = sql.slice(token.start, token.end);
      return dataStatement(sql, previous.start, settingsStart, name, dataAfter(sql, token.end));
    }
    if (token.text === ';' && token.depth === 0) {
      return dataStatement(sql, token.start, settingsStart, 'Values', token.end);
    }
    // INSERT INTO t (SELECT …)
    if (token.text === 'SELECT' && token.depth === 1 && previous?.text === '(') return insertSelect(sql);
    seen.push(token);
  }
  return dataStatement(sql, sql.length, settingsStart, 'Values', sql.length);
}

function insertSelect(sql: string): Statement {
  const all = [...tokens(sql)];
  refuseFiles(all);
  return { kind: 'plain', sql: sql.slice(0, statementEnd(all, sql)) };
}

function dataStatement(
  sql: string,
  clause: number,
  settings: number,
  format: string,
  dataStart: number,
): Statement {
  const headEnd = settings < 0 ? clause : settings;
  return {
    kind: 'data',
    head: sql.slice(0, headEnd),
    settings: sql.slice(headEnd, clause),
    format,
    dataStart,
  };
}

/** ClickHouse takes the rest of the line after `FORMAT X` as data, and skips one line's end before them. */
function dataAfter(sql: string, at: number): number {
  let start = at;
  while (start < sql.length && (sql[start] === ' ' || sql[start] === '\t' || sql[start] === '\r')) start += 1;
  if (sql[start] === ';') start += 1;
  return sql[start] === '\n' ? start + 1 : start;
}

function statementEnd(all: readonly Token[], sql: string): number {
  const semicolon = all.findIndex((token) => token.text === ';' && token.depth === 0);
  if (semicolon < 0) return sql.length;
  const next = all.slice(semicolon).find((token) => token.text !== ';');
  if (next !== undefined) {
    throw new EngineError(
      62,
      'SYNTAX_ERROR',
      `Syntax error (Multi-statements are not allowed): failed at position ${all[semicolon]!.start + 1} (end of query)`,
    );
  }
  return all[semicolon]!.start;
}

function refuseFiles(all: readonly Token[]): void {
  for (const [i, token] of all.entries()) {
    if (token.kind !== 'word' || token.depth !== 0) continue;
    if (token.text === 'OUTFILE' && all[i - 1]?.text === 'INTO') refuse('INTO OUTFILE');
    if (token.text === 'INFILE' && all[i - 1]?.text === 'FROM') refuse('FROM INFILE');
  }
}

function refuse(clause: string): never {
  throw new EngineError(1, 'UNSUPPORTED_METHOD', `${clause} is not allowed over HTTP`);
}
