import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import type { MeasurementSheet } from '../../src/documents/measurement-sheet.ts';
import {
  measurementTable,
  safeCell,
  TABLE_COLUMNS,
  type TableOptions,
} from '../../src/documents/measurement-table.ts';
import { sampleSheet } from '../support/sample-sheet.ts';

async function tableOf(sheets: readonly MeasurementSheet[], options?: TableOptions): Promise<string> {
  let csv = '';
  for await (const chunk of measurementTable(sheets, options)) csv += chunk;
  return csv;
}
const rowsOf = (csv: string, delimiter = ',') =>
  parse(csv, { columns: true, bom: true, delimiter }) as Record<string, string>[];

describe('a table of measurements', () => {
  test('has a row for each capture, with what a sheet says', async () => {
    const csv = await tableOf([sampleSheet(), sampleSheet({ captureId: 'capture-2' })]);
    const [first, second] = rowsOf(csv);
    expect(csv.split('\r\n')).toHaveLength(4);
    expect(first).toMatchObject({
      capture_id: 'capture-1',
      customer_name: 'Zoë Ångström',
      measured_at: '2026-03-01T10:00:00.000Z',
      waist_circumference_cm: '75',
      waist_circumference_cm_original: '73.2',
      waist_circumference_cm_edited_by: 'user',
      waist_circumference_cm_approved: 'false',
      sleeve_length_cm: '',
      chest_circumference_cm_original: '',
      models: 'body-regressors 1.0.0',
    });
    expect(second?.capture_id).toBe('capture-2');
  });

  test('without captures it is the names of the columns', async () => {
    expect(await tableOf([])).toBe(`${TABLE_COLUMNS.join(',')}\r\n`);
  });

  test('a byte order mark and semicolons on request; cells that hold one are quoted', async () => {
    const csv = await tableOf([sampleSheet({ customerName: 'Ann; "the" tailor' })], {
      byteOrderMark: true,
      delimiter: ';',
    });
    expect(csv.startsWith('\ufeffcapture_id;')).toBe(true);
    expect(csv).toContain(';"Ann; ""the"" tailor";');
    expect(rowsOf(csv, ';')[0]?.customer_name).toBe('Ann; "the" tailor');
  });

  test('negative numbers stay numbers', async () => {
    const skin = {
      ita: -42.25,
      lab: { L: 1, a: 1, b: 1 },
      monk_bucket: 9,
      undertone: 'warm',
      palette: [],
    } as const;
    expect(rowsOf(await tableOf([sampleSheet({ skin: { ...skin, palette: [] } })]))[0]?.skin_ita).toMatch(
      /^-42\.[23]$/,
    );
  });

  test('rows are asked for only as their text is taken', async () => {
    let asked = 0;
    async function* endless() {
      for (;;) {
        asked += 1;
        yield sampleSheet({ captureId: `capture-${asked}` });
      }
    }
    const chunks = measurementTable(endless());
    await chunks.next();
    expect(asked).toBe(0);
    await chunks.next();
    expect(asked).toBeLessThanOrEqual(200);
    await chunks.return();
  });
});

describe('a cell', () => {
  test.each([
    ['=HYPERLINK("http://x")', `'=HYPERLINK("http://x")`],
    ['+1', "'+1"],
    ['-Ann', "'-Ann"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'=1"],
    ['\r=1', "'=1"],
    ['\u200b=1', "'=1"],
    ['"=1', `'"=1`],
    ['＝1', "'＝1"],
    ['Ann\r\n=1', 'Ann =1'],
    ['Ann-Marie', 'Ann-Marie'],
    ["O'Neill", "O'Neill"],
  ])('%j is written as %j', (text, cell) => {
    expect(safeCell(text)).toBe(cell);
  });
});
