/** A lexer for ClickHouse SQL: enough to see where clauses begin without understanding expressions. */

export type TokenKind = 'word' | 'string' | 'quoted' | 'number' | 'punctuation';

export interface Token {
  readonly kind: TokenKind;
  /** Upper case for words, as written for everything else. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** How many brackets are open around it; a bracket itself stands outside. */
  readonly depth: number;
}

const WORD_START = /[A-Za-z_\u0080-\uffff]/;
const WORD = /[A-Za-z0-9_$\u0080-\uffff]+/y;
const NUMBER = /[0-9][A-Za-z0-9_.]*/y;
const HEREDOC = /\$[A-Za-z0-9_]*\$/y;
const SPACE = /\s/;

/** Yields tokens lazily, so that a caller may stop where inline data begin. Unterminated text ends the stream. */
export function* tokens(sql: string): Generator<Token> {
  let at = 0;
  let depth = 0;
  while (at < sql.length) {
    const char = sql[at]!;
    if (SPACE.test(char)) {
      at += 1;
      continue;
    }
    const afterComment = skipComment(sql, at);
    if (afterComment > at) {
      at = afterComment;
      continue;
    }
    const end = tokenEnd(sql, at);
    if (char === ')' || char === ']' || char === '}') depth = Math.max(0, depth - 1);
    yield { ...describe(sql, at, end), start: at, end, depth };
    if (char === '(' || char === '[' || char === '{') depth += 1;
    at = end;
  }
}

function describe(sql: string, start: number, end: number): { kind: TokenKind; text: string } {
  const char = sql[start]!;
  const text = sql.slice(start, end);
  if (char === "'" || (char === '$' && end - start > 1)) return { kind: 'string', text };
  if (char === '"' || char === '`') return { kind: 'quoted', text };
  if (WORD_START.test(char)) return { kind: 'word', text: text.toUpperCase() };
  if (char >= '0' && char <= '9') return { kind: 'number', text };
  return { kind: 'punctuation', text };
}

function tokenEnd(sql: string, start: number): number {
  const char = sql[start]!;
  if (char === "'" || char === '"' || char === '`') return quotedEnd(sql, start, char);
  if (char === '$') {
    const tag = match(HEREDOC, sql, start);
    if (tag !== null) {
      const close = sql.indexOf(tag, start + tag.length);
      return close < 0 ? sql.length : close + tag.length;
    }
  }
  const word = WORD_START.test(char) ? match(WORD, sql, start) : null;
  const run = word ?? (char >= '0' && char <= '9' ? match(NUMBER, sql, start) : null);
  return start + (run?.length ?? 1);
}

function quotedEnd(sql: string, start: number, quote: string): number {
  for (let at = start + 1; at < sql.length; at += 1) {
    if (sql[at] === '\\') at += 1;
    else if (sql[at] === quote) {
      if (sql[at + 1] !== quote) return at + 1;
      at += 1;
    }
  }
  return sql.length;
}

function skipComment(sql: string, at: number): number {
  const pair = sql.slice(at, at + 2);
  if (pair === '/*') {
    const close = sql.indexOf('*/', at + 2);
    return close < 0 ? sql.length : close + 2;
  }
  if (pair === '--' || pair === '#!' || pair === '# ') {
    const close = sql.indexOf('\n', at);
    return close < 0 ? sql.length : close + 1;
  }
  return at;
}

function match(pattern: RegExp, sql: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0] ?? null;
}
