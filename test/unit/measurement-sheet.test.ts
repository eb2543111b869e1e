import { describe, expect, test } from 'vitest';
import {
  createSheetMaker,
  type MeasurementSheet,
  type Paper,
} from '../../src/documents/measurement-sheet.ts';
import { type PdfText, readPdf } from '../support/read-pdf.ts';
import { sampleSheet } from '../support/sample-sheet.ts';

const maker = createSheetMaker();
async function read(changes: Partial<MeasurementSheet> = {}, paper: Paper = 'a4') {
  return readPdf(await maker.render(sampleSheet(changes), { paper, compress: false }));
}
const said = (texts: readonly PdfText[]) => texts.map(({ text }) => text);
/** The customer's name is the third thing that a sheet writes. */
const nameOf = (texts: readonly PdfText[]) => texts[2]!;

const EVIL = 'W'.repeat(10_000);
const WORST: Partial<MeasurementSheet> = {
  captureId: EVIL,
  customerName: EVIL,
  reference: EVIL,
  notes: Array.from({ length: 500 }, () => 'a note of many words '.repeat(100)),
  warnings: Array.from({ length: 500 }, () => `warning ${EVIL}`),
  models: Array.from({ length: 500 }, () => ({ name: EVIL, version: EVIL })),
  shape: { type: 'inverted-triangle', confidence: 1 },
  skin: {
    ita: -42,
    lab: { L: 30, a: 10, b: 10 },
    monk_bucket: 10,
    undertone: 'neutral',
    palette: Array.from({ length: 500 }, () => ({ hex: '#8B4B2F', reason: EVIL })),
  },
};

describe('a measurement sheet', () => {
  test('says who, when, every metric in both units, how sure, and what was edited by whom', async () => {
    const { pages, texts, source } = await read();
    expect(pages).toBe(1);
    expect(source).toContain('/MediaBox [0 0 595.28 841.89]');
    expect(source).toContain('/Lang (en)');
    expect(said(texts)).toEqual(
      expect.arrayContaining([
        'Zoë Ångström',
        'Order 2291-B',
        '2026-03-01',
        '172.4 cm  (67.9 in)',
        '95.6',
        '37.6',
        'high',
        'edited by customer, not approved',
        'measured 73.2 ± 1.5 cm',
        'edited by tailor, approved',
        'measured 101.0 ± 1.5 cm',
        'not measured',
        'customer: Measured with tape at home',
        'Measured from pictures; check with a tape before cutting.',
      ]),
    );
    expect(said(texts).join('\n')).toContain('Capture capture-1, 2026-03-01.');
    expect(said(texts).join('\n')).toContain('body-regressors 1.0.0');
  });

  test('skin tone and shape are told only when given', async () => {
    expect(said((await read()).texts).join('\n')).not.toMatch(/skin|shape|Monk/i);
    const { skin, shape } = WORST;
    const shown = said((await read({ skin: skin!, shape: shape! })).texts).join('\n');
    expect(shown).toContain('Monk 10 of 10, undertone neutral, ITA -42°');
    expect(shown).toContain('inverted triangle (100 % sure)');
  });

  test('numbers of a column end at the same place', async () => {
    const { texts } = await read();
    const endOf = (text: string) => texts.find((each) => each.text === text)!.right;
    for (const cm of ['41.2', '95.6', '78.3', '—']) expect(endOf(cm)).toBeCloseTo(endOf('172.4'), 1);
    for (const inch of ['16.2', '37.6', '30.8']) expect(endOf(inch)).toBeCloseTo(endOf('67.9'), 1);
  });

  test.each(['a4', 'letter'] as const)(
    'the worst sheet is one page of %s, within its edges',
    async (paper) => {
      const { pages, texts, source } = await read(WORST, paper);
      expect(pages).toBe(1);
      const [, width, height] = /MediaBox \[0 0 (\S+) (\S+)\]/.exec(source)!.map(Number);
      for (const { x, y, right } of texts.filter((text) => !Number.isNaN(text.x))) {
        expect(x).toBeGreaterThan(39);
        expect(right).toBeLessThan(width! - 39);
        expect(y).toBeGreaterThan(20);
        expect(y).toBeLessThan(height! - 20);
      }
      expect(said(texts)).toContain('Measured from pictures; check with a tape before cutting.');
    },
  );

  test('the same sheet is the same bytes, from a maker that has made others too', async () => {
    const sheet = sampleSheet({ customerName: 'علی‌رضا 王 ঠাকুর' });
    const first = await createSheetMaker().render(sheet);
    await maker.render(sampleSheet({ customerName: 'رضا علي ঠ কু 小王' }));
    const second = await maker.render(sheet);
    expect(Buffer.from(second).equals(Buffer.from(first))).toBe(true);
  });

  test('the file tells nothing of the customer beside its page', async () => {
    const { info } = await read();
    expect(info).toEqual({
      Title: 'Measurement sheet capture-1',
      Creator: 'framegate',
      Producer: 'framegate',
      CreationDate: 'D:20260303090000Z',
    });
  });
});

test('notes and warnings without room end in an ellipsis, however they are cut', async () => {
  const many = Array.from({ length: 12 }, (_, index) => `remark ${index} ${'of several words '.repeat(6)}`);
  const { texts } = await read({ notes: many, warnings: many });
  expect(said(texts).filter((text) => text.endsWith('…'))).toHaveLength(2);
  const short = await read({ notes: many.slice(0, 2), warnings: [] });
  expect(said(short.texts).filter((text) => text.endsWith('…'))).toEqual([]);
});

describe('names', () => {
  test.each([
    ['Greek', 'Ελένη Παπαδοπούλου'],
    ['Cyrillic', 'Владимир Щербаков Їжак'],
    ['Vietnamese', 'Nguyễn Thị Ánh Tuyết Đặng'],
    ['Yoruba', 'Ṣọlá Adébáyọ̀'],
    ['Devanagari', 'प्रियंका श्रीवास्तव'],
    ['Bengali', 'রবীন্দ্রনাথ ঠাকুর'],
    ['Gurmukhi', 'ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ'],
    ['Gujarati', 'પ્રિયંકા'],
    ['Tamil', 'தமிழ்ச்செல்வி'],
    ['Telugu', 'శ్రీనివాస'],
    ['Kannada', 'ಶ್ರೀನಿವಾಸ'],
    ['Malayalam', 'കൃഷ്ണൻ'],
    ['Sinhala', 'චන්ද්‍රිකා'],
    ['Thai', 'ผู้ใหญ่ น้ำ'],
    ['Chinese', '王小明 歐陽靖'],
    ['Japanese', '山田 さくら コーヒー'],
    ['Korean', '김민수 이영희'],
    ['Arabic', 'محمد عبد الله'],
    ['Persian', 'علی‌رضا پورحسینی'],
    ['Hebrew', 'שרה כהן'],
    ['Armenian', 'Հայկ'],
    ['Georgian', 'გიორგი'],
    ['Ethiopic', 'አበበ'],
  ])('%s has its letters', async (_script, customerName) => {
    const { texts, pages } = await read({ customerName });
    expect(pages).toBe(1);
    const { text, glyphs } = nameOf(texts);
    expect(text).toBe(customerName.normalize('NFC'));
    // Every glyph stands for letters: the missing glyph stands for none.
    expect(glyphs).not.toContain('\0');
    expect(glyphs.length).toBeGreaterThan(0.6 * customerName.length);
  });

  test('right-to-left names stand from right to left, numbers and Latin within them from left to right', async () => {
    expect(nameOf((await read({ customerName: 'שרה 12 (Ann)' })).texts).glyphs).toBe('(Ann) 12 הרש');
    expect(nameOf((await read({ customerName: 'Ann שרה 12' })).texts).glyphs).toBe('Ann 12 הרש');
  });

  test('Arabic letters are joined', async () => {
    // The same letter has another glyph alone, at the beginning, in the middle and at the end.
    const { source } = await read({ customerName: 'ب ببب' });
    const shown = /<([0-9a-f]{16,24})>/g;
    const codes = Array.from(source.matchAll(shown), ([, hex]) => hex!.match(/.{4}/g)!);
    expect(codes.some((glyphs) => new Set(glyphs).size >= 4)).toBe(true);
  });

  test('a letter that no font has is a box, and the rest is written', async () => {
    const { texts, source } = await read({ customerName: 'Ann 👩‍👩‍👧 ᏣᎳᎩ' });
    expect(nameOf(texts)).toMatchObject({ text: 'Ann 👩‍👩‍👧 ᏣᎳᎩ', glyphs: 'Ann  ' });
    const plain = (await read({ customerName: 'Ann' })).source;
    const boxes = (text: string) => text.match(/ re$/gm)?.length ?? 0;
    expect(boxes(source) - boxes(plain)).toBe(4);
  });

  test.each([
    ['a newline', 'Ann\r\nSmith', 'Ann Smith'],
    ['control characters', 'Ann\u0000\u001b[31m\u0007', 'Ann [31m'],
    ['an override of the direction', 'Ann \u202egnp.exe\u202c', 'Ann gnp.exe'],
    ['isolates and marks of direction', '\u2067Ann\u2069\u200f', 'Ann'],
    ['half of a pair', 'Ann \ud83d', 'Ann \ufffd'],
    ['a pile of marks', `Z${'\u0316'.repeat(9)}oe`, `Z${'\u0316'.repeat(4)}oe`],
    ['operators of PDF', 'Ann) Tj ET (\\', 'Ann) Tj ET (\\'],
    ['nothing but blanks', ' \t\n ', 'Name not given'],
  ])('%s is text and no more', async (_what, customerName, shown) => {
    const { texts, pages } = await read({ customerName });
    expect(pages).toBe(1);
    expect(nameOf(texts).text).toBe(shown);
  });

  test('a long name gets smaller, then two lines, then an ellipsis', async () => {
    const lines = async (count: number) => {
      const { texts } = await read({ customerName: 'Maximiliana '.repeat(count).trim() });
      return said(texts).filter((text) => text.startsWith('Maximiliana'));
    };
    expect(await lines(3)).toHaveLength(1);
    expect(await lines(10)).toHaveLength(2);
    const longest = await lines(1000);
    expect(longest).toHaveLength(2);
    expect(longest[1]).toMatch(/…$/);
  });
});
