import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRecords, delimiterOf } from '../../src/captures/batch/csv-records.ts';

const letters = fc.constantFrom('a', '山', '"', ',', ';', '\n', '\r\n', ' ', "'", 'é');
const field = fc.string({ unit: letters, maxLength: 6 });
const record = fc
  .tuple(field, field, field)
  // One without any text is an empty line.
  .filter((fields) => fields.join('').replace(/[,;]/g, '').trim() !== '');

describe('records of CSV', () => {
  it('are what somebody wrote, whatever their fields hold', () => {
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 8 }),
        fc.constantFrom<',' | ';'>(',', ';'),
        fc.constantFrom<'unix' | 'windows'>('unix', 'windows'),
        (records, delimiter, record_delimiter) => {
          const text = stringify(records, { delimiter, record_delimiter, quoted: true, quoted_empty: true });
          expect([...csvRecords(text, delimiter)]).toEqual(records);
        },
      ),
    );
  });

  it('are found in any text, each line in at most one of them', () => {
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 60 }), (text) => {
        const count = [...csvRecords(text, delimiterOf(text))].length;
        expect(count).toBeLessThanOrEqual(text.split(/\r\n|\n/).length);
      }),
    );
  });

  it('take no more than their own line with them where a quotation mark is not closed', () => {
    const long = Array.from({ length: 30 }, (_, at) => `row ${at},x`);
    expect([...csvRecords(['"open,x', ...long].join('\n'), ',')]).toEqual([
      null,
      ...long.map((line) => line.split(',')),
    ]);
    expect([...csvRecords('"open,x\nfirst,x\nsecond,"y"\n', ',')]).toEqual([
      null,
      ['first', 'x'],
      ['second', 'y'],
    ]);
    expect([...csvRecords('"a"b,x\nfirst,x', ',')]).toEqual([null, ['first', 'x']]);
  });
});
