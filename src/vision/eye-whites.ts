import { LINEAR, luminanceOf } from './colour.ts';
import { FEATURE_OUTLINES, outlineOf, scaledOutline } from './skin-regions.ts';
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
  const points: OpeningPoints = {
    luminances: new Float32Array(MAX_POINTS),
    pixels: new Uint32Array(MAX_POINTS),
    count: 0,
  };
  for (const indices of [FEATURE_OUTLINES.leftEye, FEATURE_OUTLINES.rightEye]) {
    readOpening(image, scaledOutline(outlineOf(landmarks, 3, indices), INNER), points);
  }
  const { count } = points;
  if (count < MIN_POINTS) return null;
  const ranked = points.luminances.slice(0, count).sort();
  const at = (share: number) => ranked[Math.floor(share * (count - 1))]!;
  const [darkest, brightest] = [at(WHITE_SHARES[0]), at(WHITE_SHARES[1])];
  const middle = at((WHITE_SHARES[0] + WHITE_SHARES[1]) / 2);
  const contrasts = middle >= MIN_CONTRAST * at(0.15);
  const chroma = contrasts ? chromaOfWhites(image.data, points, darkest, brightest) : null;
  return { luminance: at(LEVEL_SHARE), chroma };
}

/** Of the points whose luminance lies between the two. */
function chromaOfWhites(
  data: Uint8Array,
  { luminances, pixels, count }: OpeningPoints,
  darkest: number,
  brightest: number,
): EyeWhites['chroma'] {
  let red = 0;
  let green = 0;
  let blue = 0;
  let whites = 0;
  for (let i = 0; i < count; i++) {
    if (luminances[i]! < darkest || luminances[i]! > brightest) continue;
    const p = pixels[i]!;
    red += LINEAR[data[p]!]!;
    green += LINEAR[data[p + 1]!]!;
    blue += LINEAR[data[p + 2]!]!;
    whites++;
  }
  red /= whites;
  green /= whites;
  blue /= whites;
  if (Math.max(red, green, blue) > BLOWN || green < TOO_DARK) return null;
  const { a, b } = chromaOf(red, green, blue);
  return { a: a - NEUTRAL.a, b: b - NEUTRAL.b };
}

/** Points of both openings: their luminance, and where their pixel lies in the image's data. */
interface OpeningPoints {
  readonly luminances: Float32Array;
  readonly pixels: Uint32Array;
  count: number;
}

/** Two eyes, each as high as it is wide at most. */
const MAX_POINTS = 2 * (MAX_POINTS_A_SIDE + 1) ** 2;

function readOpening({ data, width, height }: RgbImage, outline: Float32Array, points: OpeningPoints): void {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let i = 0; i < outline.length; i += 2) {
    left = Math.min(left, outline[i]!);
    right = Math.max(right, outline[i]!);
    top = Math.min(top, outline[i + 1]!);
    bottom = Math.max(bottom, outline[i + 1]!);
  }
  if (bottom - top < MIN_OPENING_PX * INNER) return;
  const step = Math.max(1, Math.max(right - left, bottom - top) / MAX_POINTS_A_SIDE);
  for (let y = Math.max(0, top); y < Math.min(height, bottom); y += step) {
    const span = spanAt(outline, y);
    if (span === null) continue;
    // The grid starts at the left corner in every row.
    const first = left + Math.ceil((span.from - left) / step) * step;
    for (let x = Math.max(0, first); x < Math.min(width, span.to); x += step) {
      if (points.count === MAX_POINTS) return;
      const p = (Math.floor(y) * width + Math.floor(x)) * 3;
      points.luminances[points.count] = luminanceOf(data[p]!, data[p + 1]!, data[p + 2]!);
      points.pixels[points.count] = p;
      points.count++;
    }
  }
}

/** Where a row crosses the outline of an opening, which is all but convex; null where it does not. */
function spanAt(outline: Float32Array, y: number): { readonly from: number; readonly to: number } | null {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (let i = 0, j = outline.length - 2; i < outline.length; j = i, i += 2) {
    const upper = outline[i + 1]!;
    const lower = outline[j + 1]!;
    if (upper > y === lower > y) continue;
    const x = outline[i]! + ((y - upper) / (lower - upper)) * (outline[j]! - outline[i]!);
    from = Math.min(from, x);
    to = Math.max(to, x);
  }
  return from < to ? { from, to } : null;
}
