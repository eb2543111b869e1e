import type { GlyphRun } from 'fontkit';
import type PDFDocument from 'pdfkit';
import type { DocumentFont, DocumentFonts, FontWeight } from '../fonts/font-shelf.ts';
import { firstLine, withEllipsis } from './break-lines.ts';
import { graphemes } from './tidy-text.ts';
import { directionOf, type TextRun, visualRuns } from './visual-runs.ts';

export type PdfDocument = InstanceType<typeof PDFDocument>;
type PdfFontSource = Parameters<PdfDocument['font']>[0];

/** Sizes and places are points, 1/72 inch, y down; `y` is the baseline. */
export interface TextStyle {
  readonly sizePt: number;
  readonly bold?: boolean;
  readonly color?: string;
}
export type Align = 'left' | 'right' | 'centre';

export interface Typesetter {
  widthOf(text: string, style: TextStyle): number;
  /** Draws one line; at `x` is its left end, its right end or its middle. */
  draw(text: string, x: number, y: number, style: TextStyle, align?: Align): void;
  /** Lines that are at most so wide; what goes past the last ends in an ellipsis. */
  wrap(text: string, widthPt: number, style: TextStyle, maxLines: number): readonly string[];
}

/** Of a box that stands for a letter without a font, in parts of the text's size. */
const BOX = { width: 0.62, height: 0.7, margin: 0.06 };
const EM_UNITS = 1000;

/** Sets text of any script into a PDFKit document, whose own text knows one font and one direction a line. */
export function createTypesetter(doc: PdfDocument, fonts: DocumentFonts): Typesetter {
  const shapers = new Map<string, Shaper>();
  const shaperOf = (font: DocumentFont, rightToLeft: boolean): Shaper => {
    const key = `${font.name}-${rightToLeft ? 'rtl' : 'ltr'}`;
    const known = shapers.get(key);
    if (known) return known;
    const made = createShaper(font, key, rightToLeft);
    doc.registerFont(key, made.source);
    shapers.set(key, made);
    return made;
  };

  const choices = new Map<string, DocumentFont | null>();
  const choose = (letter: string, before: DocumentFont | null, weight: FontWeight): DocumentFont | null => {
    const codePoints = Array.from(letter, (part) => part.codePointAt(0)!);
    // Spaces and signs go with what stands before them, so that a run is not cut for them.
    const isSign = !/[\p{L}\p{N}\p{M}]/u.test(letter);
    if (isSign && before && codePoints.every((code) => before.font.hasGlyphForCodePoint(code))) return before;
    const key = `${weight}${letter}`;
    const known = choices.get(key);
    if (known !== undefined) return known;
    const found = fonts.find(codePoints, weight);
    choices.set(key, found);
    return found;
  };

  const laid = new Map<string, readonly TextRun[]>();
  const lay = (text: string, { bold = false }: TextStyle): readonly TextRun[] => {
    const weight = bold ? 700 : 400;
    const key = `${weight}${text}`;
    const runs =
      laid.get(key) ??
      visualRuns(text, directionOf(text), (letter, before) => choose(letter, before, weight));
    laid.set(key, runs);
    return runs;
  };
  /** In units of the em. */
  const widthOfRun = ({ text, font, rightToLeft }: TextRun): number =>
    font ? shaperOf(font, rightToLeft).widthOf(text) : BOX.width * EM_UNITS * graphemes(text).length;
  const widthOf = (text: string, style: TextStyle): number =>
    (lay(text, style).reduce((sum, run) => sum + widthOfRun(run), 0) * style.sizePt) / EM_UNITS;

  const drawBoxes = (count: number, x: number, y: number, sizePt: number, color: string): void => {
    for (let index = 0; index < count; index++) {
      const left = x + (index * BOX.width + BOX.margin) * sizePt;
      const height = BOX.height * sizePt;
      doc
        .lineWidth(0.05 * sizePt)
        .rect(left, y - height, (BOX.width - 2 * BOX.margin) * sizePt, height)
        .stroke(color);
    }
  };

  return {
    widthOf,
    draw(text, x, y, style, align = 'left') {
      const { sizePt, color = 'black' } = style;
      const runs = lay(text, style);
      const width = widthOf(text, style);
      let left = align === 'left' ? x : align === 'right' ? x - width : x - width / 2;
      // Glyphs stand in the order in which they are seen, and boxes are no text: this tells readers what is written.
      const isPlain = runs.length === 1 && /^[ -~]*$/.test(text);
      if (!isPlain) doc.markContent('Span', { actual: text });
      for (const run of runs) {
        if (run.font) {
          doc.font(shaperOf(run.font, run.rightToLeft).name, sizePt).fillColor(color);
          doc.text(run.text, left, y, { lineBreak: false, baseline: 'alphabetic', features: [] });
        } else drawBoxes(graphemes(run.text).length, left, y, sizePt, color);
        left += (widthOfRun(run) * sizePt) / EM_UNITS;
      }
      if (!isPlain) doc.endMarkedContent();
    },
    wrap(text, widthPt, style, maxLines) {
      const width = (part: string) => widthOf(part, style);
      const lines: string[] = [];
      let rest = text;
      while (rest !== '' && lines.length < maxLines) {
        const line = firstLine(rest, widthPt, width);
        rest = rest.slice(line.length).trimStart();
        lines.push(line.trimEnd());
      }
      if (rest !== '') lines.push(withEllipsis(lines.pop()!, widthPt, width));
      return lines;
    },
  };
}

interface Shaper {
  readonly name: string;
  /** What PDFKit takes as a font. */
  readonly source: PdfFontSource;
  /** In units of the em. */
  widthOf(text: string): number;
}

/** A font that shapes in one direction: PDFKit asks for none, and fontkit then guesses it from the letters. */
function createShaper({ font }: DocumentFont, name: string, rightToLeft: boolean): Shaper {
  const runs = new Map<string, GlyphRun>();
  /** PDFKit shapes a text to measure it and once more to write it, and scales the places that it gets. */
  const layout = (text: string): Pick<GlyphRun, 'glyphs' | 'positions' | 'advanceWidth'> => {
    const run =
      runs.get(text) ?? font.layout(asShaped(text), [], undefined, undefined, rightToLeft ? 'rtl' : 'ltr');
    runs.set(text, run);
    const positions = run.positions.map((position) => ({ ...position }));
    return { glyphs: run.glyphs, positions, advanceWidth: run.advanceWidth };
  };
  const source = Object.create(font, {
    layout: { value: layout },
    postscriptName: { value: name },
  }) as PdfFontSource;
  return {
    name,
    source,
    widthOf: (text) => (layout(text).advanceWidth * EM_UNITS) / font.unitsPerEm,
  };
}

/** Spelled in the order in which fonts expect marks; fontkit leaves that to whoever calls it. */
function asShaped(text: string): string {
  return (
    text
      // Thai and Lao: the ring of sara am goes below the tone mark.
      .replace(/([\u0e48-\u0e4b]?)\u0e33/g, '\u0e4d$1\u0e32')
      .replace(/([\u0ec8-\u0ecb]?)\u0eb3/g, '\u0ecd$1\u0eb2')
      // Arabic: a shadda goes below the vowel, which Unicode's own order puts first.
      .replace(/([\u064b-\u0650\u0652]+)\u0651/g, '\u0651$1')
  );
}
