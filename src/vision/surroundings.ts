import { LINEAR, labFromLinear, luminanceOf } from './colour.ts';
import { boundsOf, LANDMARK } from './landmarks.ts';
import type { RgbImage } from './types.ts';

const COLUMNS = 32;
const ROWS = 24;
/** Hair reaches about this far beyond the mesh, as shares of the face's width and height. */
const HAIR_SIDE = 0.3;
const HAIR_TOP = 0.45;
/** Fewer points say nothing of a background. */
const MIN_POINTS = 12;
/** Blown pixels have lost their colour, and black ones have none. */
const COLOUR_RANGE = [0.015, 0.9] as const;

export interface Surroundings {
  /** Mean linear luminance, 0..1. */
  readonly luminance: number;
  /** Lab chroma of the mean colour at a fixed lightness; null where too little is seen. */
  readonly chroma: { readonly a: number; readonly b: number } | null;
}

/**
 * What is beside and above the face, hair left out; below the chin are clothes. Where the face fills the picture,
 * whatever is not face above the chin.
 */
export function readSurroundings(image: RgbImage, landmarks: Float32Array): Surroundings {
  const face = boundsOf(landmarks);
  const chinY = landmarks[LANDMARK.chin * 3 + 1]!;
  const beyondHair = collect(image, chinY, {
    left: face.x - HAIR_SIDE * face.width,
    right: face.x + (1 + HAIR_SIDE) * face.width,
    top: face.y - HAIR_TOP * face.height,
  });
  if (beyondHair.points >= MIN_POINTS) return summarise(beyondHair);
  return summarise(collect(image, chinY, { left: face.x, right: face.x + face.width, top: face.y }));
}

interface Collected {
  points: number;
  luminance: number;
  coloured: number;
  red: number;
  green: number;
  blue: number;
}

/** Sums the grid points above `bottomY` that lie outside of the head, which reaches down without end. */
function collect(
  { data, width, height }: RgbImage,
  bottomY: number,
  head: { readonly left: number; readonly right: number; readonly top: number },
): Collected {
  const sums = { points: 0, luminance: 0, coloured: 0, red: 0, green: 0, blue: 0 };
  for (let row = 0; row < ROWS; row++) {
    const y = Math.floor(((row + 0.5) * height) / ROWS);
    if (y > bottomY) break;
    for (let column = 0; column < COLUMNS; column++) {
      const x = Math.floor(((column + 0.5) * width) / COLUMNS);
      if (y > head.top && x > head.left && x < head.right) continue;
      const p = (y * width + x) * 3;
      const luminance = luminanceOf(data[p]!, data[p + 1]!, data[p + 2]!);
      sums.points++;
      sums.luminance += luminance;
      if (luminance < COLOUR_RANGE[0] || luminance > COLOUR_RANGE[1]) continue;
      // Each point counts alike, bright or dark: a lamp must not outvote the wall.
      sums.coloured++;
      sums.red += LINEAR[data[p]!]! / luminance;
      sums.green += LINEAR[data[p + 1]!]! / luminance;
      sums.blue += LINEAR[data[p + 2]!]! / luminance;
    }
  }
  return sums;
}

function summarise(sums: Collected): Surroundings {
  if (sums.points === 0) return { luminance: 0, chroma: null };
  const luminance = sums.luminance / sums.points;
  if (sums.coloured < MIN_POINTS) return { luminance, chroma: null };
  return {
    luminance,
    chroma: chromaOf(sums.red / sums.coloured, sums.green / sums.coloured, sums.blue / sums.coloured),
  };
}

/** The Lab chroma that a light-grey surface of this hue and saturation would have (linear channels, any scale). */
export function chromaOf(red: number, green: number, blue: number): { a: number; b: number } {
  const scale = 0.5 / (0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const { a, b } = labFromLinear(red * scale, green * scale, blue * scale);
  return { a, b };
}
