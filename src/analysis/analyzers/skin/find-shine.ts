import { SKIN_STATE } from './classify-skin.ts';
import { bandPass } from './find-spots.ts';
import type { MaskedBlur } from './masked-blur.ts';
import { GREY_RATIO, LIGHT_FLOOR, type LinearColour } from './separate-pigments.ts';

/** A reflection is wider than the skin's grain and narrower than a cheek. */
const FINE_PX = 3;
const COARSE_PX = 24;
/** Less is the skin's own grain and shape: in shares of the white, and of the skin's own light. */
const LEAST_OF_WHITE = 0.02;
const LEAST_OF_SKIN = 0.07;

/** Blood and melanin change blue over red from place to place by about this share. */
const PIGMENT_SPREAD = 0.04;

/**
 * By how much a place is brighter and whiter than its surroundings, in shares of the white of the eye; the broad sheen that
 * has the shape of the face does not count. On skin that is nearly white itself colour says little, and counts less.
 * @param light linear luminance, and white light off the ray of the skin's colour, in shares of the white of the eye
 * @param white the white's linear luminance
 */
export function localLight(
  light: { readonly all: Float32Array; readonly added: Float32Array },
  skin: LinearColour,
  white: number,
  litBlur: MaskedBlur,
): Float32Array {
  const brighter = bandPass(light.all, litBlur, FINE_PX, COARSE_PX);
  const whiter = bandPass(light.added, litBlur, FINE_PX, COARSE_PX);
  const grey = Math.min(GREY_RATIO, skin.blue / Math.max(LIGHT_FLOOR, skin.red));
  const doubt = (PIGMENT_SPREAD * skin.red) / (1 - grey) / white;
  return brighter.map((value, i) => Math.min(value, whiter[i]! + doubt));
}

/**
 * Where a lamp's light is thrown back: a dichromatic surface adds white light to its own colour (Shafer 1985).
 * @param skin the skin's own light, in shares of the white
 * @param leastOfGlare what a place shines at least whose light has run over
 */
export function findShine(
  local: Float32Array,
  states: Uint8Array,
  { skin, leastOfGlare }: { readonly skin: number; readonly leastOfGlare: number },
): Float32Array {
  const least = LEAST_OF_WHITE + LEAST_OF_SKIN * skin;
  return local.map((value, i) =>
    Math.max(0, value - least, states[i] === SKIN_STATE.clipped ? leastOfGlare : 0),
  );
}
