import { z } from 'zod';
import { BODY_METRIC_RANGES, type BodyMetrics } from '../../protocol/body-measurement.ts';
import type { BatchError } from '../../protocol/partner-batches.ts';
import { type BatchColumn, batchColumn, isMeasure, NEEDED_BATCH_COLUMNS } from './batch-columns.ts';

/** A customer's measures, checked. */
export interface BatchRow {
  readonly customerName: string;
  readonly reference: string;
  /** null where it was not told. */
  readonly measuredAtMs: number | null;
  /** Centimetres; at least one. */
  readonly metrics: Partial<BodyMetrics>;
  readonly notes: string | null;
}

export type BatchProblem = Omit<BatchError, 'row'>;

export interface RowRules {
  /** Whether `74,5` is a number. */
  readonly decimalComma: boolean;
  readonly nowMs: number;
}

/** As they came: names of columns with text, or with what JSON had. */
export type BatchCells = readonly (readonly [name: string, value: unknown])[];

const MAX_CHARACTERS = { customer_name: 200, reference: 100, notes: 500, measured_at: 40 };
const MAX_SHOWN_CHARACTERS = 40;
const CONTROL = /[\p{Cc}\p{Cs}]/u;
const NUMBER = /^\d{1,4}(?:\.\d{1,15})?$/;
const DATE = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);
const EARLIEST_MS = Date.UTC(1990, 0, 1);
/** A clock elsewhere, and a day that has begun there. */
const AHEAD_MS = 26 * 3_600_000;

/** A row, or all that is wrong with it. Pure. */
export function batchRow(
  cells: BatchCells,
  rules: RowRules,
): { readonly row: BatchRow } | { readonly problems: readonly BatchProblem[] } {
  const problems: BatchProblem[] = [];
  const problem = (column: string | null, code: BatchProblem['code'], message: string) =>
    void problems.push({ column, code, message });
  const texts = new Map<BatchColumn, string>();
  const metrics: Partial<BodyMetrics> = {};

  for (const [name, value] of cells) {
    const shown = name.slice(0, MAX_SHOWN_CHARACTERS);
    const column = batchColumn(name);
    if (column === null) problem(shown, 'column-unknown', 'there is no such column');
    else if (texts.has(column)) problem(shown, 'column-doubled', `${column} is there twice`);
    else {
      const text = textOf(value);
      if (text === null) problem(shown, 'not-text', 'is neither text nor a number');
      texts.set(column, text?.trim().normalize('NFC') ?? '');
    }
  }
  for (const column of NEEDED_BATCH_COLUMNS) {
    if ((texts.get(column) ?? '') === '') problem(column, 'value-missing', 'has to be there');
  }
  for (const [column, text] of texts) {
    if (text === '') continue;
    if (!isMeasure(column)) {
      checkText(column, text, problem);
      continue;
    }
    const number = numberOf(text, rules);
    const { min, max } = BODY_METRIC_RANGES[column];
    if (number === null) problem(column, 'not-a-number', 'is not a number of centimetres');
    else if (number < min || number > max)
      problem(column, 'out-of-range', `${number} is not within ${min} to ${max} cm`);
    else metrics[column] = number;
  }
  const measuredAt = texts.get('measured_at') ?? '';
  const measuredAtMs = measuredAt === '' ? null : dateOf(measuredAt, rules.nowMs);
  if (measuredAt !== '' && measuredAtMs === null)
    problem('measured_at', 'not-a-date', 'is no day like 2026-01-31, or lies in the future');
  if (problems.length === 0 && Object.keys(metrics).length === 0)
    problem(null, 'measures-missing', 'has no measure');
  if (problems.length > 0) return { problems };
  const notes = texts.get('notes') ?? '';
  return {
    row: {
      customerName: texts.get('customer_name') ?? '',
      reference: texts.get('reference') ?? '',
      measuredAtMs,
      metrics,
      notes: notes === '' ? null : notes,
    },
  };
}

/** null for what is none. */
function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

function checkText(
  column: keyof typeof MAX_CHARACTERS,
  text: string,
  problem: (column: string, code: BatchProblem['code'], message: string) => void,
): void {
  const most = MAX_CHARACTERS[column];
  if ([...text].length > most) problem(column, 'value-too-long', `has more than ${most} characters`);
  // A note may have lines.
  if (CONTROL.test(column === 'notes' ? text.replace(/[\r\n\t]/g, ' ') : text))
    problem(column, 'not-text', 'has control characters');
}

function numberOf(text: string, { decimalComma }: RowRules): number | null {
  const plain = decimalComma ? text.replace(',', '.') : text;
  return NUMBER.test(plain) ? Number(plain) : null;
}

function dateOf(text: string, nowMs: number): number | null {
  if (!DATE.safeParse(text).success) return null;
  const atMs = Date.parse(text);
  return atMs >= EARLIEST_MS && atMs <= nowMs + AHEAD_MS ? atMs : null;
}
