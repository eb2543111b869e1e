import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { create } from 'fontkit';
import { describe, expect, test } from 'vitest';
import { readWoff2 } from '../../src/documents/fonts/read-woff2.ts';
import { createTrueTypeSubset } from '../../src/documents/fonts/truetype-subset.ts';

const require = createRequire(import.meta.url);
const file = (path: string) => readFile(require.resolve(`@fontsource${path}`));
const LATIN = '-variable/noto-sans/files/noto-sans-latin-wght-normal.woff2';
const ARABIC = '-variable/noto-sans-arabic/files/noto-sans-arabic-arabic-wght-normal.woff2';
const BENGALI = '/hind-siliguri/files/hind-siliguri-bengali-400-normal.woff2';
const CHINESE = '-variable/noto-sans-sc/files/noto-sans-sc-100-wght-normal.woff2';

const outline = (font: ReturnType<typeof create>, id: number) => {
  const { path, advanceWidth } = font.getGlyph(id);
  return { advanceWidth, commands: path.commands.map(({ command, args }) => [command, ...args]) };
};

describe('reading WOFF2', () => {
  test.each([LATIN, ARABIC, BENGALI, CHINESE])(
    '%s has the outlines that fontkit reads in it',
    async (path) => {
      const bytes = await file(path);
      const ours = create(readWoff2(bytes));
      const theirs = create(bytes);
      let compared = 0;
      for (let id = 0; id < 5000; id += 7) {
        if (id >= (theirs as unknown as { numGlyphs: number }).numGlyphs) break;
        expect(outline(ours, id), `glyph ${id}`).toEqual(outline(theirs, id));
        compared += 1;
      }
      expect(compared).toBeGreaterThan(20);
    },
  );

  test('what is not WOFF2, or is cut, is refused', async () => {
    const bytes = await file(LATIN);
    expect(() => readWoff2(Buffer.from('not a font at all, but long enough to have a header'))).toThrow(
      'not a WOFF2',
    );
    expect(() => readWoff2(bytes.subarray(0, 30))).toThrow('ends too early');
    expect(() => readWoff2(bytes.subarray(0, 5000))).toThrow();
  });
});

describe('a subset', () => {
  test('has the glyphs that were asked for, as the variable font draws them at that weight', async () => {
    const bold = create(readWoff2(await file(LATIN))).getVariation({ wght: 700 });
    const subset = createTrueTypeSubset(bold);
    const { glyphs } = bold.layout('Ång 8i', [], undefined, undefined, 'ltr');
    const places = glyphs.map((glyph) => subset.includeGlyph(glyph));
    expect(places).toEqual([1, 2, 3, 4, 5, 6]);
    expect(subset.includeGlyph(glyphs[0]!)).toBe(1);

    const read = create(subset.encode());
    glyphs.forEach((glyph, index) => {
      const there = read.getGlyph(places[index]!);
      expect(there.advanceWidth).toBe(Math.round(glyph.advanceWidth));
      const numbers = (path: typeof glyph.path) => path.commands.flatMap(({ args }) => args);
      const [wanted, got] = [numbers(glyph.path), numbers(there.path)];
      expect(Math.max(...got, 0)).toBeCloseTo(Math.max(...wanted, 0), -1);
      expect(Math.min(...got, 0)).toBeCloseTo(Math.min(...wanted, 0), -1);
    });
  });
});
