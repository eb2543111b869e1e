import type { MaskedBlur } from './masked-blur.ts';

/** By how much a pixel exceeds its neighbourhood, in the planes' own units; 0 where it is no spot. */
export interface SkinSpots {
  readonly red: Float32Array;
  readonly brown: Float32Array;
}

/** From fine grain to surroundings: a spot of 1.5 to 6 mm stands out between the two. */
const FINE_PX = 1.6;
const COARSE_PX = 7;
/** Less is grain: in natural logarithms of absorption. */
const LEAST = 0.07;
/** How much the other pigment may show with a spot of one, before the spot is the other's. */
const OWN_SHARE = 1;

/**
 * Small areas with more blood or more melanin than around them, by the difference of two Gaussians (Lindeberg 1998, blobs
 * in scale space). Each pixel belongs to the pigment that shows more in it.
 */
export function findSpots(
  { melanin, haemoglobin }: { readonly melanin: Float32Array; readonly haemoglobin: Float32Array },
  blur: MaskedBlur,
): SkinSpots {
  const red = bandPass(haemoglobin, blur, FINE_PX, COARSE_PX);
  const brown = bandPass(melanin, blur, FINE_PX, COARSE_PX);
  for (let i = 0; i < red.length; i++) {
    const [r, b] = [red[i]!, brown[i]!];
    red[i] = r > OWN_SHARE * b ? Math.max(0, r - LEAST) : 0;
    brown[i] = b > OWN_SHARE * r ? Math.max(0, b - LEAST) : 0;
  }
  return { red, brown };
}

export function bandPass(
  plane: Float32Array,
  blur: MaskedBlur,
  finePx: number,
  coarsePx: number,
): Float32Array {
  const fine = blur(plane, finePx);
  const coarse = blur(plane, coarsePx);
  for (let i = 0; i < fine.length; i++) fine[i] = fine[i]! - coarse[i]!;
  return fine;
}
