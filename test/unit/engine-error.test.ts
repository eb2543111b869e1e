import { describe, expect, it } from 'vitest';
import { EngineError, httpStatus, toEngineError } from '../../src/store/embedded/engine-error.ts';

describe('an error of the engine', () => {
  it.each([
    [
      "Code: 60. DB::Exception: Unknown table expression identifier 'nope'. (UNKNOWN_TABLE)",
      60,
      'UNKNOWN_TABLE',
      "Unknown table expression identifier 'nope'.",
    ],
    [
      'Code: 62. DB::Exception: Syntax error: failed at position 7 (SELEC): SELEC 1. (SYNTAX_ERROR)',
      62,
      'SYNTAX_ERROR',
      'Syntax error: failed at position 7 (SELEC): SELEC 1.',
    ],
    [
      'Code: 108. DB::Exception: Code: 108. DB::Exception: No data to insert. (NO_DATA_TO_INSERT) (version 26.7.2.1). (NO_DATA_TO_INSERT)',
      108,
      'NO_DATA_TO_INSERT',
      expect.stringContaining('No data to insert.'),
    ],
  ])('%s', (text, clickhouseCode, type, message) => {
    expect(toEngineError(new Error(text))).toMatchObject({ clickhouseCode, type, message });
  });

  it('does not show what the client never wrote', () => {
    const error = toEngineError(
      new Error('Code: 27. DB::Exception: Cannot parse: (in file/uri /tmp/a.in): x. (CANNOT_PARSE_TEXT)'),
      ['/tmp/a.in'],
    );
    expect(error.message).toBe('Cannot parse: x.');
  });

  it('keeps the text of what is not an exception of ClickHouse', () => {
    expect(toEngineError(new Error('boom'))).toMatchObject({ clickhouseCode: 1001, message: 'boom' });
  });

  it('reads as ClickHouse writes it, which clients take apart', () => {
    const text = new EngineError(60, 'UNKNOWN_TABLE', 'No x').text('26.7.2.1');
    expect(text).toBe('Code: 60. DB::Exception: No x (UNKNOWN_TABLE) (version 26.7.2.1)\n');
  });

  it('has an HTTP status by its code', () => {
    expect([62, 60, 164, 159, 48, 241].map(httpStatus)).toEqual([400, 404, 403, 408, 501, 500]);
  });
});
