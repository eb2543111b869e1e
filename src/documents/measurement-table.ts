import { stringify } from 'csv-stringify/sync';
import { BODY_METRICS, type BodyMetric } from '../protocol/body-measurement.ts';
import type { MeasurementSheet } from './sheet/types.ts';
import { tidyText } from './text/tidy-text.ts';

export interface TableOptions {
  /** Excel takes UTF-8 for what it is only behind one. */
  readonly byteOrderMark?: boolean;
  /** `;` for spreadsheets of countries that write decimals with a comma; numbers keep their point. */
  readonly delimiter?: ',' | ';';
}

type Cell = string | number | null;

/** Rows that are turned into text at once. */
const ROWS_PER_CHUNK = 200;
const MAX_TEXT = 400;

const METRIC_DETAILS = ['plus_minus', 'confidence', 'original', 'edited_by', 'approved'] as const;

/** In this order; columns are added at the end, never moved. */
export const TABLE_COLUMNS: readonly string[] = [
  'capture_id',
  'customer_name',
  'reference',
  'measured_at',
  ...BODY_METRICS,
  ...BODY_METRICS.flatMap((metric) => METRIC_DETAILS.map((detail) => `${metric}_${detail}`)),
  'scale',
  'shape',
  'skin_ita',
  'skin_monk',
  'skin_undertone',
  'notes',
  'warnings',
  'models',
];

/**
 * Captures as CSV (RFC 4180, UTF-8), a row each. Takes the next rows only when the chunks before are taken, so that a
 * table of any length needs the memory of a few rows.
 */
export async function* measurementTable(
  sheets: Iterable<MeasurementSheet> | AsyncIterable<MeasurementSheet>,
  { byteOrderMark = false, delimiter = ',' }: TableOptions = {},
): AsyncGenerator<string, void, undefined> {
  const text = (rows: readonly (readonly Cell[])[]) =>
    stringify([...rows], { delimiter, record_delimiter: 'windows' });
  yield `${byteOrderMark ? '\ufeff' : ''}${text([TABLE_COLUMNS])}`;
  let rows: (readonly Cell[])[] = [];
  for await (const sheet of sheets) {
    rows.push(rowOf(sheet));
    if (rows.length < ROWS_PER_CHUNK) continue;
    yield text(rows);
    rows = [];
  }
  if (rows.length > 0) yield text(rows);
}

function rowOf(sheet: MeasurementSheet): readonly Cell[] {
  const { metrics, skin } = sheet;
  return [
    safeCell(sheet.captureId),
    safeCell(sheet.customerName),
    safeCell(sheet.reference),
    new Date(sheet.measuredAtMs).toISOString(),
    ...BODY_METRICS.map((metric) => rounded(metrics[metric].valueCm, 1)),
    ...BODY_METRICS.flatMap((metric) => detailsOf(sheet, metric)),
    sheet.scale,
    sheet.shape?.type ?? null,
    rounded(skin?.ita ?? null, 1),
    skin?.monk_bucket ?? null,
    skin?.undertone ?? null,
    safeCell(sheet.notes.join(' | ')),
    safeCell(sheet.warnings.join(' | ')),
    safeCell(sheet.models.map(({ name, version }) => `${name} ${version}`).join(' | ')),
  ];
}

function detailsOf({ metrics }: MeasurementSheet, metric: BodyMetric): readonly Cell[] {
  const { intervalCm, confidence, edit } = metrics[metric];
  return [
    rounded(intervalCm, 1),
    rounded(confidence, 3),
    edit ? rounded(edit.originalCm, 1) : null,
    edit?.by ?? null,
    edit ? String(edit.approved) : null,
  ];
}

function rounded(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}

/**
 * Text that no spreadsheet runs as a formula: an apostrophe before what begins like one, `-Ann` too. Numbers are cells of
 * their own kind and keep their sign. Not csv-stringify's `escape_formulas`, which lets full-width signs pass, and those
 * behind a blank or a quotation mark.
 */
export function safeCell(text: string | null): string | null {
  if (text === null) return null;
  const tidy = tidyText(text, MAX_TEXT);
  return /^[\s"']*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(tidy) ? `'${tidy}` : tidy;
}
