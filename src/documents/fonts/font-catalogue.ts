import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** One font file, and the characters that its package cut it for. */
export interface FontFile {
  /** `noto-sans-arabic-arabic`. */
  readonly name: string;
  readonly path: string;
  /** Code points, both ends included. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

/**
 * Noto Sans, cut by script; the first that has a character is taken. Its Bengali is not among them: it tells marks from
 * each other by a list that fontkit 2.0.4 does not read, so that the conjuncts of `Chandra` come out wrong.
 */
const FAMILIES = [
  'noto-sans',
  'noto-sans-arabic',
  'noto-sans-hebrew',
  'hind-siliguri',
  'noto-sans-gujarati',
  'noto-sans-gurmukhi',
  'noto-sans-tamil',
  'noto-sans-telugu',
  'noto-sans-kannada',
  'noto-sans-malayalam',
  'noto-sans-sinhala',
  'noto-sans-thai',
  'noto-sans-armenian',
  'noto-sans-georgian',
  'noto-sans-ethiopic',
] as const;

/** Chinese characters are written differently in each of these; the text decides which comes first. */
const HAN_FAMILIES = ['noto-sans-sc', 'noto-sans-jp', 'noto-sans-kr'] as const;
export type HanFamily = (typeof HAN_FAMILIES)[number];

/** Subsets that every package has of its Latin letters; those of `noto-sans` serve all. */
const SHARED_SUBSETS = /^(latin|vietnamese|cyrillic|greek)(-ext)?$/;

export interface FontCatalogue {
  /** Files that may have the character, best first. */
  filesFor(codePoint: number, han: HanFamily): Iterable<FontFile>;
}

/** Which font file is for which character, as the packages tell it. */
export function readFontCatalogue(): FontCatalogue {
  const families = new Map([...FAMILIES, ...HAN_FAMILIES].map((family) => [family, filesOf(family)]));
  return {
    *filesFor(codePoint, han) {
      for (const family of [...FAMILIES, han, ...HAN_FAMILIES.filter((other) => other !== han)]) {
        for (const file of families.get(family)!) {
          if (file.ranges.some(([from, to]) => codePoint >= from && codePoint <= to)) yield file;
        }
      }
    },
  };
}

function filesOf(family: string): readonly FontFile[] {
  const isVariable = family.startsWith('noto-');
  const packageName = `@fontsource${isVariable ? '-variable' : ''}/${family}`;
  const folder = dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`));
  const subsets = JSON.parse(readFileSync(join(folder, 'unicode.json'), 'utf8')) as Record<string, string>;
  const own = Object.entries(subsets).filter(([key]) => family === FAMILIES[0] || !SHARED_SUBSETS.test(key));
  return own.map(([key, ranges]) => {
    // CJK subsets are numbered, and their names stand in brackets.
    const name = `${family}-${key.replace(/[[\]]/g, '')}`;
    return {
      name,
      path: join(folder, 'files', `${name}-${isVariable ? 'wght' : '400'}-normal.woff2`),
      ranges: ranges.split(',').map(readRange),
    };
  });
}

/** `U+600-6ff` or `U+600`. */
function readRange(range: string): readonly [number, number] {
  const [from = '', to = from] = range.trim().replace(/^U\+/i, '').split('-');
  return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
}
