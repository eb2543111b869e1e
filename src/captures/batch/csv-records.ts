import { parse } from 'csv-parse/sync';

export type CsvDelimiter = ',' | ';';

/** The fields of one record; null where it is broken. */
export type CsvRecord = readonly string[] | null;

/** A field may have breaks of line; a quotation mark that nobody closes must not take the rest of the file with it. */
const MAX_LINES_PER_RECORD = 20;

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
  let next: number | null = 0;
  while (next !== null) {
    const from: number = next;
    const first = lineFrom(text, from);
    let last = first;
    let end = endOf(text.slice(from, first.end), delimiter, false);
    for (let lines = 1; end === 'open' && last.next !== null && lines < MAX_LINES_PER_RECORD; lines++) {
      const begin: number = last.next;
      last = lineFrom(text, begin);
      end = endOf(text.slice(begin, last.end), delimiter, true);
    }
    next = end === 'closed' ? last.next : first.next;
    const record = text.slice(from, last.end);
    if (end !== 'closed') yield null;
    else if (!isBlank(record, delimiter)) yield record;
  }
}

/** The delimiter that the line of column names has more of; spreadsheets write `;` where `,` stands before decimals. */
export function delimiterOf(text: string): CsvDelimiter {
  const head = text.slice(0, lineFrom(text, 0).end);
  return head.split(';').length > head.split(',').length ? ';' : ',';
}

interface Line {
  /** Behind its last letter. */
  readonly end: number;
  /** Where the next one begins; null where this is the last. */
  readonly next: number | null;
}

function lineFrom(text: string, from: number): Line {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\n') return { end: at, next: at + 1 };
    if (text[at] === '\r') return { end: at, next: text[at + 1] === '\n' ? at + 2 : at + 1 };
  }
  return { end: text.length, next: null };
}

/**
 * How a line of a record ends: inside of a field (`open`), or as the record does. Quotation marks count where a field begins
 * with one; elsewhere they are letters. `broken`: what comes behind a closing one is no end of a field, so that it was
 * another field's opening one.
 */
function endOf(line: string, delimiter: CsvDelimiter, beginsInside: boolean): 'closed' | 'open' | 'broken' {
  let at = 0;
  let isStart = !beginsInside;
  if (beginsInside) {
    const end = endOfQuoted(line, 0, delimiter);
    if (typeof end === 'string') return end;
    at = end;
  }
  for (; at < line.length; at++) {
    const letter = line[at];
    if (letter === '"' && isStart) {
      const end = endOfQuoted(line, at + 1, delimiter);
      if (typeof end === 'string') return end;
      at = end;
    }
    isStart = line[at] === delimiter || (isStart && letter === ' ');
  }
  return 'closed';
}

/** Where the field whose quotation marks have been opened before `from` has ended: its delimiter, or the line's end. */
function endOfQuoted(line: string, from: number, delimiter: CsvDelimiter): number | 'open' | 'broken' {
  for (let at = from; at < line.length; at++) {
    if (line[at] !== '"') continue;
    at++;
    if (line[at] === '"') continue;
    while (line[at] === ' ') at++;
    return at >= line.length || line[at] === delimiter ? at : 'broken';
  }
  return 'open';
}

function isBlank(record: string, delimiter: CsvDelimiter): boolean {
  return record === '' || record.replaceAll(delimiter, '').trim() === '';
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
