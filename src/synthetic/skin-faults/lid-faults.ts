import type { RgbImage } from '../../vision/types.ts';
import type { FacePlaces } from './face-places.ts';
import type { Point } from './layer.ts';

/** Lids from the outer corner to the inner. */
const EYES = [
  {
    upper: [33, 246, 161, 160, 159, 158, 157, 173, 133],
    lower: [33, 7, 163, 144, 145, 153, 154, 155, 133],
  },
  {
    upper: [263, 466, 388, 387, 386, 385, 384, 398, 362],
    lower: [263, 249, 390, 373, 374, 380, 381, 382, 362],
  },
] as const;
/** Lashes go with their lid. */
const LASHES_MM = 0.8;
/** How far away skin still gives way. */
const UPPER_SKIN_MM = 8;
const LOWER_SKIN_MM = 11;
/** Of the eye's opening, at strength 1. */
const UPPER_FALL = 0.5;
const LOWER_FALL = 0.4;

/** The upper lids hang over more of the eye. */
export function drawDroopyUpperLids(image: RgbImage, places: FacePlaces, strength: number): RgbImage {
  return moveLids(image, places, (top, bottom) => {
    const fall = UPPER_FALL * strength * (bottom - top);
    const [edge, brow] = [top + LASHES_MM * places.mm, top - UPPER_SKIN_MM * places.mm];
    return (y) =>
      y < brow || y > edge + fall ? y : brow + ((y - brow) * (edge - brow)) / (edge + fall - brow);
  });
}

/** The lower lids hang, and show the white under the iris. */
export function drawDroopyLowerLids(image: RgbImage, places: FacePlaces, strength: number): RgbImage {
  return moveLids(image, places, (top, bottom) => {
    const fall = LOWER_FALL * strength * (bottom - top);
    const [middle, cheek] = [(top + bottom) / 2, bottom + LOWER_SKIN_MM * places.mm];
    return (y) => {
      if (y < middle || y > cheek) return y;
      if (y < bottom + fall) return middle + ((y - middle) * (bottom - middle)) / (bottom + fall - middle);
      return cheek - ((cheek - y) * (cheek - bottom)) / (cheek - bottom - fall);
    };
  });
}

/** Column by column; `sourceOf` says from which row of the picture each new row comes. */
function moveLids(
  image: RgbImage,
  { point }: FacePlaces,
  sourceOf: (top: number, bottom: number) => (y: number) => number,
): RgbImage {
  const { width, height } = image;
  const data = Uint8Array.from(image.data);
  for (const eye of EYES) {
    const [upper, lower] = [eye.upper.map(point), eye.lower.map(point)];
    const xs = upper.map(({ x }) => x);
    for (let x = Math.ceil(Math.min(...xs)); x < Math.max(...xs); x++) {
      if (x < 0 || x >= width) continue;
      const [top, bottom] = [rowAt(upper, x), rowAt(lower, x)];
      if (top === null || bottom === null || bottom <= top) continue;
      const source = sourceOf(top, bottom);
      for (let y = 0; y < height; y++) {
        const from = source(y + 0.5) - 0.5;
        if (from === y) continue;
        const above = Math.min(height - 2, Math.max(0, Math.floor(from)));
        const share = Math.min(1, Math.max(0, from - above));
        for (let channel = 0; channel < 3; channel++) {
          const at = (above * width + x) * 3 + channel;
          data[(y * width + x) * 3 + channel] = Math.round(
            image.data[at]! * (1 - share) + image.data[at + width * 3]! * share,
          );
        }
      }
    }
  }
  return { ...image, data };
}

function rowAt(line: readonly Point[], x: number): number | null {
  for (let i = 0; i + 1 < line.length; i++) {
    const [a, b] = [line[i]!, line[i + 1]!];
    if ((a.x <= x && x <= b.x) || (b.x <= x && x <= a.x)) {
      return b.x === a.x ? a.y : a.y + ((b.y - a.y) * (x - a.x)) / (b.x - a.x);
    }
  }
  return null;
}
