import type { FaceAppearance } from '../vision/types.ts';

/**
 * The white of the eye over the lightest skin (Monk 1 to 3), both in the same light. An eye in the shade of its brow,
 * or small and made up, reads too dark; but bright skin cannot be had without at least this much light.
 */
const EYE_WHITE_OVER_LIGHTEST_SKIN = 0.7;

/** Below this no 8-bit value is left to speak of; keeps logarithms finite. */
const DARKEST = 1 / 4096;

/**
 * The light on the face, as the linear luminance that the white of the eye has or should have in it; null when the eyes
 * show no white. It does not depend on skin tone: skin can only raise it, and only up to what its lightest tone, which
 * outshines the eye, proves.
 */
export function faceLight(appearance: FaceAppearance): number | null {
  const { eyeWhiteLuminance, skinLuminance } = appearance;
  if (eyeWhiteLuminance === null) return null;
  return Math.max(eyeWhiteLuminance, EYE_WHITE_OVER_LIGHTEST_SKIN * skinLuminance, DARKEST);
}

/** How many stops (doublings) one luminance is above another. */
export function stopsAbove(luminance: number, reference: number): number {
  return Math.log2(Math.max(luminance, DARKEST) / Math.max(reference, DARKEST));
}
