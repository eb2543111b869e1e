import { LINEAR, luminanceOf } from './colour.ts';
import { FEATURE_OUTLINES, isInside, outlineOf, scaledOutline } from './skin-regions.ts';
import { chromaOf } from './surroundings.ts';
import type { RgbImage } from './types.ts';

/** Lids and lashes border on the white: only the inner part of the opening is looked at. */
const INNER = 0.78;
const MAX_POINTS_A_SIDE = 22;
/** An opening that is lower than this has no pixel that is white alone. */
const MIN_OPENING_PX = 4;
const MIN_POINTS = 24;
/** The white has to stand out from the iris, else the eye is closed or blurred. */
const MIN_CONTRAST = 1.6;
/** The brightest of the opening, short of the reflections of lamps. */
const WHITE_SHARES = [0.62, 0.92] as const;
/** What healthy whites show under neutral light: veins and their neighbours' colour make them a little warm. */
const NEUTRAL = { a: 2.5, b: 3 } as const;

/** From here on a channel has run over and its colour is lost. */
const BLOWN = 0.95;
/** Below this luminance the steps of 8 bits are colours of their own. */
const TOO_DARK = 0.004;
/** Whose brightness is the white's: above the iris, below the reflections. */
const LEVEL_SHARE = 0.85;

/** What the whites of both eyes say of the light: the one part of a face that is about the same under every skin. */
export interface EyeWhites {
  /** Linear, 0..1. */
  readonly luminance: number;
  /** The light's colour as Lab chroma off neutral; null where the whites are blown, too dark, or not to be told from the iris. */
  readonly chroma: { readonly a: number; readonly b: number } | null;
}

/** null where the openings are too small: closed eyes, a distant face. */
export function readEyeWhites(image: RgbImage, landmarks: Float32Array): EyeWhites | null {
  const pixels = [FEATURE_OUTLINES.leftEye, FEATURE_OUTLINES.rightEye].flatMap((indices) =>
    readOpening(image, scaledOutline(outlineOf(landmarks, 3, indices), INNER)),
  );
  if (pixels.length < MIN_POINTS) return null;
  pixels.sort((one, other) => one.luminance - other.luminance);
  const at = (share: number) => Math.floor(share * (pixels.length - 1));
  const whites = pixels.slice(at(WHITE_SHARES[0]), at(WHITE_SHARES[1]) + 1);
  const contrasts = whites[whites.length >> 1]!.luminance >= MIN_CONTRAST * pixels[at(0.15)]!.luminance;
  return { luminance: pixels[at(LEVEL_SHARE)]!.luminance, chroma: contrasts ? chromaOfWhites(whites) : null };
}

function chromaOfWhites(whites: readonly Pixel[]): EyeWhites['chroma'] {
  let red = 0;
  let green = 0;
  let blue = 0;
  for (const white of whites) {
    red += LINEAR[white.red]! / whites.length;
    green += LINEAR[white.green]! / whites.length;
    blue += LINEAR[white.blue]! / whites.length;
  }
  if (Math.max(red, green, blue) > BLOWN || green < TOO_DARK) return null;
  const { a, b } = chromaOf(red, green, blue);
  return { a: a - NEUTRAL.a, b: b - NEUTRAL.b };
}

interface Pixel {
  readonly luminance: number;
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

function readOpening({ data, width, height }: RgbImage, outline: Float32Array): Pixel[] {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let i = 0; i < outline.length; i += 2) {
    left = Math.min(left, outline[i]!);
    right = Math.max(right, outline[i]!);
    top = Math.min(top, outline[i + 1]!);
    bottom = Math.max(bottom, outline[i + 1]!);
  }
  if (bottom - top < MIN_OPENING_PX * INNER) return [];
  const step = Math.max(1, (right - left) / MAX_POINTS_A_SIDE);
  const pixels: Pixel[] = [];
  for (let y = Math.max(0, top); y < Math.min(height, bottom); y += step) {
    for (let x = Math.max(0, left); x < Math.min(width, right); x += step) {
      if (!isInside(outline, x, y)) continue;
      const p = (Math.floor(y) * width + Math.floor(x)) * 3;
      const [red, green, blue] = [data[p]!, data[p + 1]!, data[p + 2]!];
      pixels.push({ luminance: luminanceOf(red, green, blue), red, green, blue });
    }
  }
  return pixels;
}
