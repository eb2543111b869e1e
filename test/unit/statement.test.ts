import { describe, expect, it } from 'vitest';
import { parseStatement } from '../../src/store/embedded/statement.ts';

describe('a statement with rows', () => {
  it.each([
    ['SELECT 1', null],
    ['select 1 format JSON', 'JSON'],
    ['SELECT 1 FORMAT JSONEachRow SETTINGS max_threads = 1', 'JSONEachRow'],
    ['WITH 1 AS format SELECT format', null],
    ["SELECT ' FORMAT CSV'", null],
    ['SELECT 1 -- FORMAT CSV', null],
    ['SELECT (SELECT 1 FORMAT CSV)', null],
    ['/* what */ SHOW TABLES FORMAT TSV', 'TSV'],
    ['SELECT `a;b`, "c;d", $x$ ; FORMAT CSV $x$ FORMAT Vertical;', 'Vertical'],
    ["SELECT 'it''s; \\' fine' FORMAT TSV ;", 'TSV'],
    ['(SELECT 1) UNION ALL (SELECT 2)', null],
    ['EXPLAIN SELECT 1', null],
  ])('%s has the format %s', (sql, format) => {
    expect(parseStatement(sql)).toMatchObject({ kind: 'rows', format });
  });

  it('keeps what stands around the format', () => {
    const statement = parseStatement('SELECT 1 FORMAT CSV SETTINGS max_threads = 1;');
    expect(statement).toEqual({
      kind: 'rows',
      head: 'SELECT 1 ',
      format: 'CSV',
      tail: ' SETTINGS max_threads = 1',
    });
  });
});

describe('a statement with data', () => {
  const data = (sql: string) => {
    const statement = parseStatement(sql);
    if (statement.kind !== 'data') throw new Error(`${sql} is ${statement.kind}`);
    return { ...statement, data: sql.slice(statement.dataStart) };
  };

  it.each([
    [
      'INSERT INTO t FORMAT JSONEachRow\n{"a":1}\n\n{"a":2}',
      'INSERT INTO t ',
      'JSONEachRow',
      '{"a":1}\n\n{"a":2}',
    ],
    ['INSERT INTO t FORMAT JSONEachRow {"a":1}', 'INSERT INTO t ', 'JSONEachRow', '{"a":1}'],
    ['insert into t(a, format) values (1, 2)', 'insert into t(a, format) ', 'Values', ' (1, 2)'],
    ['INSERT INTO t FORMAT CSV\n', 'INSERT INTO t ', 'CSV', ''],
    ['INSERT INTO t FORMAT CSV', 'INSERT INTO t ', 'CSV', ''],
    ['INSERT INTO db.values FORMAT CSV\n1', 'INSERT INTO db.values ', 'CSV', '1'],
    ["INSERT INTO FUNCTION file('x') FORMAT CSV\n1", "INSERT INTO FUNCTION file('x') ", 'CSV', '1'],
    ["INSERT INTO t VALUES ('; SELECT 1')", 'INSERT INTO t ', 'Values', " ('; SELECT 1')"],
    ['INSERT INTO t FORMAT RowBinary\n\n\n', 'INSERT INTO t ', 'RowBinary', '\n\n'],
  ])('%s', (sql, head, format, inline) => {
    expect(data(sql)).toMatchObject({ head, format, settings: '', data: inline });
  });

  it('sets the settings apart, since the engine wants them after the file', () => {
    expect(data('INSERT INTO t (a) SETTINGS x = 1 FORMAT CSV\n5')).toMatchObject({
      head: 'INSERT INTO t (a) ',
      settings: 'SETTINGS x = 1 ',
      format: 'CSV',
      data: '5',
    });
  });

  it('takes an INSERT of a SELECT as it is', () => {
    for (const sql of [
      'INSERT INTO t SELECT 1',
      'INSERT INTO t (a) WITH 1 AS x SELECT x',
      'INSERT INTO t (SELECT 1)',
    ]) {
      expect(parseStatement(sql)).toEqual({ kind: 'plain', sql });
    }
  });
});

describe('a statement that is refused', () => {
  it.each([
    ['SELECT 1; DROP TABLE t', 62],
    ['DROP TABLE a; DROP TABLE b', 62],
    ['', 62],
    ['  -- nothing', 62],
    [';', 62],
    ["SELECT 1 INTO OUTFILE '/tmp/x'", 1],
    ["INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV", 1],
  ])('%s with code %i', (sql, clickhouseCode) => {
    expect(() => parseStatement(sql)).toThrowError(expect.objectContaining({ clickhouseCode }));
  });

  it('but a semicolon or two at the end is not a second statement', () => {
    expect(parseStatement('DROP TABLE a;; ')).toEqual({ kind: 'plain', sql: 'DROP TABLE a' });
  });
});
