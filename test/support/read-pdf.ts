/** One thing that a page writes. */
export interface PdfText {
  /** What it says: its ActualText where it has one, else the letters of its glyphs. */
  readonly text: string;
  /** The letters of its glyphs, in the order in which they stand from left to right; absent for boxes. */
  readonly glyphs: string;
  /** Left end and baseline, points from the page's lower left corner. */
  readonly x: number;
  readonly y: number;
  /** Right end. */
  readonly right: number;
}

interface PdfFont {
  readonly letters: readonly string[];
  /** Thousandths of the size. */
  readonly widths: readonly number[];
}

export interface ReadPdf {
  readonly pages: number;
  readonly texts: readonly PdfText[];
  readonly info: Readonly<Record<string, string>>;
  readonly source: string;
}

/** Reads a one-page file that PDFKit wrote without compression; knows no other. */
export function readPdf(bytes: Uint8Array): ReadPdf {
  const source = Buffer.from(bytes).toString('latin1');
  const objects = new Map(
    Array.from(source.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g), ([, id, body]) => [id!, body!]),
  );
  const pages = [...objects.values()].filter((body) => /^\/Type \/Page$/m.test(body));
  const page = pages[0]!;
  const contents = objects.get(/\/Contents (\d+) 0 R/.exec(page)![1]!)!;
  const resources = objects.get(/\/Resources (\d+) 0 R/.exec(page)![1]!)!;
  const fonts = new Map(
    Array.from(resources.matchAll(/\/(F\d+) (\d+) 0 R/g), ([, name, id]) => {
      const map = objects.get(/\/ToUnicode (\d+) 0 R/.exec(objects.get(id!)!)![1]!)!;
      const [, described] = /\/DescendantFonts \[(\d+) 0 R\]/.exec(objects.get(id!)!)!;
      const [, widths] = /\/W \[0 \[([^\]]*)\]/.exec(objects.get(described!)!)!;
      return [name!, { letters: readMap(map), widths: widths!.split(' ').map(Number) }];
    }),
  );
  const infoBody = objects.get(/\/Info (\d+) 0 R/.exec(source)![1]!)!;
  const info = Object.fromEntries(
    Array.from(infoBody.matchAll(/\/(\w+) (\d+) 0 R/g), ([, key, id]) => [
      key!,
      readString(objects.get(id!)!),
    ]),
  );
  return { pages: pages.length, texts: readTexts(contents, fonts), info, source };
}

function readTexts(contents: string, fonts: ReadonlyMap<string, PdfFont>): PdfText[] {
  const texts: PdfText[] = [];
  let font: PdfFont | undefined;
  let size = 0;
  let at = 0;
  let open: { text: string; glyphs: string; x: number; y: number; right: number } | null = null;
  let isMarked = false;
  const tokens =
    /\/ActualText (\((?:[^\\)]|\\[\s\S])*\))|(\bEMC\b)|1 0 0 1 (\S+) (\S+) Tm|\/(F\d+) (\S+) Tf|\[([^\]]*)\] TJ|(\bET\b)/g;
  for (const [, actual, markEnd, x, y, fontName, fontSize, shown, textEnd] of contents.matchAll(tokens)) {
    if (actual) {
      open = { text: readString(actual), glyphs: '', x: Number.NaN, y: Number.NaN, right: Number.NaN };
      isMarked = true;
    } else if (x) {
      open ??= { text: '', glyphs: '', x: Number.NaN, y: Number.NaN, right: Number.NaN };
      at = Number(x);
      if (Number.isNaN(open.x)) Object.assign(open, { x: Number(x), y: Number(y) });
    } else if (fontName) {
      font = fonts.get(fontName)!;
      size = Number(fontSize);
    } else if (shown !== undefined) {
      for (const [, hex, back] of shown.matchAll(/<([0-9a-f]*)>|(-?[\d.]+)/g)) {
        if (back) at -= (Number(back) * size) / 1000;
        for (const code of hex?.match(/.{4}/g) ?? []) {
          const glyph = Number.parseInt(code, 16);
          open!.glyphs += font!.letters[glyph];
          at += (font!.widths[glyph]! * size) / 1000;
        }
      }
      if (!isMarked) open!.text = open!.glyphs;
      open!.right = at;
    } else if (open && (markEnd || (textEnd && !isMarked))) {
      texts.push(open);
      open = null;
      isMarked = false;
    }
  }
  return texts;
}

/** Letters by glyph, from a ToUnicode map. */
function readMap(map: string): readonly string[] {
  return Array.from(map.matchAll(/\[((?:<[^>]*> ?)+)\]/g), ([, list]) =>
    Array.from(list!.matchAll(/<([^>]*)>/g), ([, codes]) =>
      // A part of a letter, its dots for one, stands for none.
      codes === '' ? '' : String.fromCharCode(...codes!.split(' ').map((code) => Number.parseInt(code, 16))),
    ),
  ).flat();
}

/** A string in brackets, plain or UTF-16 behind a byte order mark. */
function readString(written: string): string {
  const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
  const bytes = written.slice(1, -1).replace(/\\([\s\S])/g, (_, letter: string) => escapes[letter] ?? letter);
  if (!bytes.startsWith('þÿ')) return bytes;
  return Buffer.from(bytes.slice(2), 'latin1').swap16().toString('utf16le');
}
