import type { FaceMeasureId } from '../../../src/protocol/checks.ts';
import { fill, type Locale, RIGHT_TO_LEFT } from '../../locales/locales.ts';
import type { PageMessages } from '../../locales/page-messages.ts';

type Unit = keyof PageMessages['units'] | 'plain' | 'share';

/** Writes measured values as a person reads them, in their own language's numbers. */
export interface ValueFormat {
  check(id: FaceMeasureId, value: number): string;
  /**
   * An end of a check's band, without the words of the unit, which stand beside the value. One digit finer, so that
   * limits are told as they are.
   */
  limit(id: FaceMeasureId, value: number): string;
  /** By the unit that the analyzer names. */
  feature(unit: string, value: number): string;
  degrees(value: number): string;
  centimetres(value: number): string;
  /** A score of 100, whole. */
  score(value: number): string;
}

/** What a measure's value is shown as, and to how many digits; shares are shown in per cent. */
const CHECK_UNITS: Readonly<Record<FaceMeasureId, readonly [unit: Unit, digits: number]>> = {
  'face-count': ['plain', 0],
  'out-of-frame': ['ofFace', 0],
  'face-ratio': ['ofFrame', 0],
  centring: ['ofFrame', 0],
  roll: ['deg', 1],
  yaw: ['deg', 1],
  pitch: ['deg', 1],
  'back-light': ['stops', 1],
  exposure: ['stops', 1],
  clipping: ['ofFace', 1],
  'side-light': ['share', 0],
  'colour-cast': ['chroma', 1],
  'eyes-open': ['ofEyeDistance', 1],
  'mouth-closed': ['ofEyeDistance', 1],
  resolution: ['px', 0],
  motion: ['eyeDistancesPerSecond', 2],
  sharpness: ['share', 0],
};

const FEATURE_UNITS: Readonly<Record<string, readonly [unit: Unit, digits: number]>> = {
  share: ['share', 1],
  'share of height': ['ofFrame', 1],
  ratio: ['share', 0],
  linear: ['share', 1],
  px: ['px', 0],
  'eye distances': ['eyeDistances', 1],
  'eye-to-chin distances': ['ofEyesToChin', 1],
  'Lab units': ['chroma', 1],
  levels: ['levels', 1],
  bits: ['bits', 1],
  'linear²': ['plain', 4],
};

const IN_PER_CENT: readonly Unit[] = ['share', 'ofFrame', 'ofFace', 'ofEyeDistance', 'ofEyesToChin'];

export function createValueFormat(locale: Locale, units: PageMessages['units']): ValueFormat {
  // In a text that runs from right to left a number would lose its sign to the other side.
  const isolate = (text: string): string =>
    RIGHT_TO_LEFT.has(locale) ? `\u2066${text.replace(/[\u2066\u2069]/g, '')}\u2069` : text;
  const number = (value: number, digits: number, style: 'decimal' | 'percent' = 'decimal'): string => {
    // What rounds to nothing has no sign.
    const isNothing = Number(value.toFixed(digits + (style === 'percent' ? 2 : 0))) === 0;
    const options = { style, maximumFractionDigits: isNothing ? 0 : digits };
    const shown = new Intl.NumberFormat(locale, options).format(isNothing ? 0 : value);
    return isolate(shown.replace('-', '−'));
  };
  const bare = ([unit, digits]: readonly [Unit, number], value: number): string =>
    number(value, digits, IN_PER_CENT.includes(unit) ? 'percent' : 'decimal');
  const write = ([unit, digits]: readonly [Unit, number], value: number): string => {
    const text = bare([unit, digits], value);
    if (unit === 'plain' || unit === 'share') return text;
    const words = units[unit];
    // A sign that is no word (°) belongs to the number.
    return /\p{L}/u.test(words.replace('{value}', ''))
      ? fill(words, { value: text })
      : isolate(fill(words, { value: text }));
  };
  return {
    check: (id, value) => write(CHECK_UNITS[id], value),
    limit(id, value) {
      const [unit, digits] = CHECK_UNITS[id];
      return unit === 'deg' ? write([unit, digits + 1], value) : bare([unit, digits + 1], value);
    },
    feature: (unit, value) => write(FEATURE_UNITS[unit] ?? ['plain', 2], value),
    degrees: (value) => write(['deg', 1], value),
    centimetres: (value) => write(['cm', 0], value),
    score: (value) => number(value, 0),
  };
}
