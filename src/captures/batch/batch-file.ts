import { FramegateError } from '../../protocol/framegate-error.ts';
import { MAX_BATCH_ROWS } from '../../protocol/partner-batches.ts';
import { batchColumn, NEEDED_BATCH_COLUMNS } from './batch-columns.ts';
import type { BatchCells, BatchProblem } from './batch-row.ts';
import { type CsvRecord, csvRecords, delimiterOf, recordTexts } from './csv-records.ts';

/** A batch as a job carries it. `json-lines`: an object a line. */
export const BATCH_FORMATS = ['csv', 'json-lines'] as const;
export type BatchFormat = (typeof BATCH_FORMATS)[number];

export interface BatchFile {
  readonly format: BatchFormat;
  readonly text: string;
}

export type BatchEntry = { readonly cells: BatchCells } | { readonly problem: BatchProblem };

/** Far more than a customer's measures have. */
const MAX_ROW_CHARACTERS = 16 * 1024;

/** The rows of a file one by one, broken ones too. */
export function* batchEntries({ format, text }: BatchFile): Generator<BatchEntry, void, undefined> {
  if (format === 'csv') yield* csvEntries(text);
  else for (const line of text.split('\n')) if (line !== '') yield jsonEntry(line);
}

/** Whether numbers may have a comma: in files that divide fields by something else. */
export function hasDecimalComma({ format, text }: BatchFile): boolean {
  return format === 'csv' && delimiterOf(text) === ';';
}

/**
 * How many rows a file has. Throws request-invalid where there is none, or more than MAX_BATCH_ROWS, and for columns of a
 * CSV file that are unknown, doubled or missing: each of its rows would be wrong.
 */
export function countBatchRows({ format, text }: BatchFile): number {
  let rows = 0;
  if (format === 'csv') {
    const [names = null] = csvRecords(text, delimiterOf(text));
    checkNames(names);
    // Not parsed: that takes a while, and is the worker's to do.
    for (const _record of recordTexts(text, delimiterOf(text))) if (++rows > MAX_BATCH_ROWS + 1) break;
    rows--;
  } else rows = text.split('\n').filter((line) => line !== '').length;
  if (rows === 0) throw invalid('the batch has no rows');
  if (rows > MAX_BATCH_ROWS) throw invalid(`the batch has more than ${MAX_BATCH_ROWS} rows`);
  return rows;
}

function checkNames(names: CsvRecord): void {
  if (names === null) throw invalid('the file has no line of column names');
  const unknown = names.filter((name) => batchColumn(name) === null);
  if (unknown.length > 0) {
    const shown = unknown.slice(0, 5).map((name) => JSON.stringify(name.slice(0, 40)));
    throw invalid(`there is no column ${shown.join(', ')}`);
  }
  const columns = names.map(batchColumn);
  const doubled = columns.find((column, index) => columns.indexOf(column) !== index);
  if (doubled !== undefined) throw invalid(`the column ${doubled} is there twice`);
  const missing = NEEDED_BATCH_COLUMNS.filter((column) => !columns.includes(column));
  if (missing.length > 0) throw invalid(`the file lacks the column ${missing.join(' and ')}`);
}

function* csvEntries(text: string): Generator<BatchEntry, void, undefined> {
  let names: readonly string[] | null = null;
  for (const record of csvRecords(text, delimiterOf(text))) {
    if (names === null) names = record ?? [];
    else yield csvEntry(record, names);
  }
}

function csvEntry(record: CsvRecord, names: readonly string[]): BatchEntry {
  if (record === null) return malformed('has a quotation mark that is not closed, or not alone');
  const characters = record.reduce((sum, field) => sum + field.length, 0);
  if (characters > MAX_ROW_CHARACTERS) return tooLong();
  // Spreadsheets leave empty fields off at the end, or add some.
  if (record.slice(names.length).some((field) => field.trim() !== '')) {
    return malformed(`has ${record.length} fields where there are ${names.length} columns`);
  }
  return { cells: names.map((name, at) => [name, record[at] ?? ''] as const) };
}

function jsonEntry(line: string): BatchEntry {
  if (line.length > MAX_ROW_CHARACTERS) return tooLong();
  const value = JSON.parse(line) as unknown;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return malformed('is no object');
  return { cells: Object.entries(value) };
}

function tooLong(): BatchEntry {
  const message = `has more than ${MAX_ROW_CHARACTERS} characters`;
  return { problem: { column: null, code: 'row-too-long', message } };
}

function malformed(message: string): BatchEntry {
  return { problem: { column: null, code: 'row-malformed', message } };
}

function invalid(message: string): FramegateError {
  return new FramegateError('request-invalid', `body: ${message}`);
}
