import { readFile } from 'node:fs/promises';
import { create, type Font } from 'fontkit';
import { type FontCatalogue, type FontFile, type HanFamily, readFontCatalogue } from './font-catalogue.ts';
import { readWoff2 } from './read-woff2.ts';
import { createTrueTypeSubset } from './truetype-subset.ts';

export type FontWeight = 400 | 700;

/** A font of one document. */
export interface DocumentFont {
  /** `noto-sans-latin-400`. */
  readonly name: string;
  readonly font: Font;
}

/** The fonts of one document: all that its texts need. */
export interface DocumentFonts {
  /** A font that has all of these characters; null where none has. */
  find(codePoints: readonly number[], weight: FontWeight): DocumentFont | null;
}

export interface FontShelf {
  /** Loads what these texts need. */
  open(texts: readonly string[]): Promise<DocumentFonts>;
}

/** Characters that no font need have: joiners, and marks that choose a variant. */
function isInvisible(codePoint: number): boolean {
  return codePoint === 0x200c || codePoint === 0x200d || (codePoint >= 0xfe00 && codePoint <= 0xfe0f);
}

/** Reads font files once, when a text first needs them. At most the files of the catalogue stay in memory. */
export function createFontShelf(): FontShelf {
  let catalogue: FontCatalogue | undefined;
  const reading = new Map<string, Promise<Font>>();
  const ready = new Map<string, Font>();

  function read(file: FontFile): Promise<Font> {
    const begun = reading.get(file.name) ?? readFont(file);
    reading.set(file.name, begun);
    return begun;
  }
  async function readFont({ name, path }: FontFile): Promise<Font> {
    try {
      const font = create(readWoff2(await readFile(path)));
      ready.set(name, font);
      return font;
    } catch (thrown) {
      // The next document tries it again.
      reading.delete(name);
      throw thrown;
    }
  }

  return {
    async open(texts) {
      catalogue ??= readFontCatalogue();
      const { filesFor } = catalogue;
      const all = texts.join('');
      const han = hanFamilyOf(all);
      for (const codePoint of new Set(Array.from(all, (letter) => letter.codePointAt(0)!))) {
        for (const file of filesFor(codePoint, han)) {
          if ((await read(file)).hasGlyphForCodePoint(codePoint)) break;
        }
      }

      const opened = new Map<string, DocumentFont>();
      const inDocument = (file: FontFile, weight: FontWeight): DocumentFont | null => {
        const font = ready.get(file.name);
        if (!font) return null;
        const name = `${file.name}-${weight}`;
        const known = opened.get(name) ?? { name, font: forDocument(font, name, weight) };
        opened.set(name, known);
        return known;
      };
      return {
        find(codePoints, weight) {
          const visible = codePoints.filter((codePoint) => !isInvisible(codePoint));
          for (const codePoint of visible) {
            for (const file of filesFor(codePoint, han)) {
              const found = inDocument(file, weight);
              if (found && visible.every((each) => found.font.hasGlyphForCodePoint(each))) return found;
            }
          }
          return null;
        },
      };
    },
  };
}

/** Kana are Japanese and Hangul is Korean; else Chinese characters are taken for simplified Chinese. */
function hanFamilyOf(text: string): HanFamily {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return 'noto-sans-jp';
  if (/\p{Script=Hangul}/u.test(text)) return 'noto-sans-kr';
  return 'noto-sans-sc';
}

/**
 * The same tables, with glyphs of its own: fontkit keeps for each glyph the characters that it was first made for, and
 * what one document wrote would be told as text of the next.
 */
function forDocument(font: Font, name: string, weight: FontWeight): Font {
  const axis = font.variationAxes.wght;
  const instance = axis && axis.default !== weight ? font.getVariation({ wght: weight }) : font;
  const own = Object.create(instance) as Font;
  Object.defineProperties(own, {
    _glyphs: { value: {} },
    postscriptName: { value: name },
    createSubset: { value: () => createTrueTypeSubset(own) },
  });
  allowMissingAnchors(own);
  return own;
}

/** fontkit 2.0.4 throws where a font has no place for a mark on a letter; there the mark stays where it is. */
function allowMissingAnchors(font: Font): void {
  const marks = font._layoutEngine.engine?.GPOSProcessor;
  if (!marks) return;
  const apply = marks.applyAnchor.bind(marks);
  marks.applyAnchor = (mark, base, index) => {
    if (mark.markAnchor && base) apply(mark, base, index);
  };
}
