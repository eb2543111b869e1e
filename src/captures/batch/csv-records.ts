import { parse } from 'csv-parse/sync';

export type CsvDelimiter = ',' | ';';

/** The fields of one record; null where it is broken. */
export type CsvRecord = readonly string[] | null;

/** A field may have breaks of line; a quotation mark that nobody closes must not take the rest of the file with it. */
const MAX_LINES_PER_RECORD = 20;
const LINE_BREAK = /\r\n|\n|\r/g;

/** The records of a CSV text one by one. Each is parsed alone, so that a broken one costs only itself. */
export function* csvRecords(text: string, delimiter: CsvDelimiter): Generator<CsvRecord, void, undefined> {
  for (const record of recordTexts(text, delimiter))
    yield record === null ? null : fieldsOf(record, delimiter);
}

/**
 * The texts of the records, those without any text left out. null for one whose quotation marks are wrong, or not closed
 * within some lines; it ends with its first line.
 */
export function* recordTexts(
  text: string,
  delimiter: CsvDelimiter,
): Generator<string | null, void, undefined> {
  const lines = linesOf(text);
  for (let at = 0; at < lines.length; ) {
    const first = lines[at]!;
    let record = first.text;
    let taken = 1;
    const last = Math.min(lines.length, at + MAX_LINES_PER_RECORD);
    let quotes = quotesOf(record, delimiter);
    while (quotes === 'open' && at + taken < last) {
      const next = lines[at + taken]!;
      record += next.breakBefore + next.text;
      taken++;
      quotes = quotesOf(record, delimiter);
    }
    at += quotes === 'closed' ? taken : 1;
    if (quotes !== 'closed') yield null;
    else if (!isBlank(record, delimiter)) yield record;
  }
}

/** The delimiter that the line of column names has more of; spreadsheets write `;` where `,` stands before decimals. */
export function delimiterOf(text: string): CsvDelimiter {
  const [head = ''] = text.split(LINE_BREAK, 1);
  return head.split(';').length > head.split(',').length ? ';' : ',';
}

interface Line {
  readonly text: string;
  readonly breakBefore: string;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let from = 0;
  let breakBefore = '';
  for (const match of text.matchAll(LINE_BREAK)) {
    lines.push({ text: text.slice(from, match.index), breakBefore });
    from = match.index + match[0].length;
    [breakBefore] = match;
  }
  lines.push({ text: text.slice(from), breakBefore });
  return lines;
}

/**
 * Quotation marks count where a field begins with one; elsewhere they are letters. `broken`: what comes behind a closing one
 * is no end of a field, so that it was another field's opening one.
 */
function quotesOf(record: string, delimiter: CsvDelimiter): 'closed' | 'open' | 'broken' {
  let isStart = true;
  for (let at = 0; at < record.length; at++) {
    const letter = record[at];
    if (letter === '"' && isStart) {
      const end = endOfQuotes(record, at);
      if (end === null) return 'open';
      at = end;
      while (record[at + 1] === ' ') at++;
      if (at + 1 < record.length && record[at + 1] !== delimiter) return 'broken';
    }
    isStart = letter === delimiter || (isStart && letter === ' ');
  }
  return 'closed';
}

/** Where the quotation mark is that closes the one at `from`; null where there is none. */
function endOfQuotes(record: string, from: number): number | null {
  for (let at = from + 1; at < record.length; at++) {
    if (record[at] !== '"') continue;
    if (record[at + 1] !== '"') return at;
    at++;
  }
  return null;
}

function isBlank(record: string, delimiter: CsvDelimiter): boolean {
  return record.replaceAll(delimiter, '').trim() === '';
}

function fieldsOf(record: string, delimiter: CsvDelimiter): CsvRecord {
  try {
    const [fields = null] = parse(record, {
      delimiter,
      relax_quotes: true,
      trim: true,
      relax_column_count: true,
      // Whatever a field has within its quotation marks, the record is one.
      record_delimiter: '\u0000',
    }) as string[][];
    return fields;
  } catch {
    return null;
  }
}
