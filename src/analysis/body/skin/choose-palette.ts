import type { BodySkin } from '../../../protocol/body-measurement.ts';
import type { Lab } from '../../../vision/types.ts';
import { labHex } from './lab-hex.ts';
import type { Undertone } from './undertone.ts';

export type Palette = BodySkin['palette'];

export interface Colouring {
  readonly undertone: Undertone;
  /** L* of the skin. */
  readonly lightness: number;
  /** L* of the hair; null where it is not known. */
  readonly hairLightness: number | null;
}

type Contrast = 'high' | 'medium' | 'low';

interface Swatch {
  readonly name: string;
  readonly hueDeg: number;
  /** Added to the L* that the contrast asks for. */
  readonly lighter: number;
  /** Times the chroma that the contrast asks for. */
  readonly chroma: number;
}

/** Hues of a*, b*: of earth and leaves for warm skin, of berries and stones for cool skin, both muted for neutral. */
const SWATCHES: Readonly<Record<Undertone, readonly Swatch[]>> = {
  warm: [
    { name: 'rust', hueDeg: 52, lighter: 0, chroma: 1 },
    { name: 'ochre', hueDeg: 78, lighter: 18, chroma: 1.1 },
    { name: 'olive', hueDeg: 112, lighter: 2, chroma: 0.75 },
    { name: 'petrol', hueDeg: 205, lighter: -4, chroma: 0.6 },
    { name: 'cream', hueDeg: 85, lighter: 48, chroma: 0.3 },
  ],
  neutral: [
    { name: 'dusty rose', hueDeg: 15, lighter: 12, chroma: 0.7 },
    { name: 'sage', hueDeg: 140, lighter: 12, chroma: 0.45 },
    { name: 'teal', hueDeg: 210, lighter: -2, chroma: 0.65 },
    { name: 'plum', hueDeg: 335, lighter: -6, chroma: 0.7 },
    { name: 'oatmeal', hueDeg: 80, lighter: 42, chroma: 0.2 },
  ],
  cool: [
    { name: 'raspberry', hueDeg: 5, lighter: 0, chroma: 1.1 },
    { name: 'royal blue', hueDeg: 285, lighter: -6, chroma: 1.1 },
    { name: 'emerald', hueDeg: 165, lighter: 6, chroma: 0.9 },
    { name: 'violet', hueDeg: 315, lighter: 2, chroma: 0.9 },
    { name: 'icy grey', hueDeg: 260, lighter: 46, chroma: 0.1 },
  ],
};

/** Between the L* of skin and hair. */
const HIGH_CONTRAST = 45;
const LOW_CONTRAST = 20;
/** What clothes take up of the contrast between skin and hair. */
const CHROMA: Readonly<Record<Contrast, number>> = { high: 56, medium: 44, low: 32 };
const BASE_LIGHTNESS: Readonly<Record<Contrast, number>> = { high: 36, medium: 44, low: 52 };
/** Clothes as light as the skin make it look pale: they keep this far from it. */
const LEAST_FROM_SKIN = 12;

/**
 * Five colours that suit a colouring, each with its reason: a convention of colour advisers put into numbers, not a
 * measure. The same colouring gives the same colours.
 */
export function choosePalette(colouring: Colouring): Palette {
  const { undertone, lightness } = colouring;
  const contrast = contrastOf(colouring);
  return SWATCHES[undertone].map(({ name, hueDeg, lighter, chroma }) => ({
    hex: labHex(
      labOf(apartFrom(BASE_LIGHTNESS[contrast] + lighter, lightness), chroma * CHROMA[contrast], hueDeg),
    ),
    reason: `${contrast}-contrast ${undertone}: ${name}`,
  }));
}

/** Where the hair is not known, the middle is the smallest mistake. */
function contrastOf({ lightness, hairLightness }: Colouring): Contrast {
  if (hairLightness === null) return 'medium';
  const apart = Math.abs(lightness - hairLightness);
  if (apart >= HIGH_CONTRAST) return 'high';
  return apart <= LOW_CONTRAST ? 'low' : 'medium';
}

function apartFrom(lightness: number, skin: number): number {
  const apart = lightness - skin;
  if (Math.abs(apart) >= LEAST_FROM_SKIN) return lightness;
  const moved = skin + (apart >= 0 ? LEAST_FROM_SKIN : -LEAST_FROM_SKIN);
  return moved > 92 ? skin - LEAST_FROM_SKIN : Math.max(moved, 12);
}

function labOf(l: number, chroma: number, hueDeg: number): Lab {
  const hue = (hueDeg * Math.PI) / 180;
  return { l, a: chroma * Math.cos(hue), b: chroma * Math.sin(hue) };
}
