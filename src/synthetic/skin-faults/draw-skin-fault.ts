import type { RgbImage } from '../../vision/types.ts';
import { type FacePlaces, facePlaces } from './face-places.ts';
import { drawDroopyLowerLids, drawDroopyUpperLids } from './lid-faults.ts';
import {
  drawAcne,
  drawAgeSpots,
  drawDarkCircles,
  drawDullness,
  drawRedness,
  drawShine,
} from './pigment-faults.ts';
import {
  drawDryness,
  drawEyeBags,
  drawPores,
  drawRoughness,
  drawSagging,
  drawWrinkles,
} from './relief-faults.ts';

type Draw = (image: RgbImage, places: FacePlaces, strength: number) => RgbImage;

/** By the concern that each is the fault of. */
const FAULTS = {
  wrinkle: drawWrinkles,
  pore: drawPores,
  texture: drawRoughness,
  acne: drawAcne,
  redness: drawRedness,
  oiliness: drawShine,
  age_spot: drawAgeSpots,
  radiance: drawDullness,
  moisture: drawDryness,
  dark_circle: drawDarkCircles,
  eye_bag: drawEyeBags,
  droopy_upper_eyelid: drawDroopyUpperLids,
  droopy_lower_eyelid: drawDroopyLowerLids,
  firmness: drawSagging,
} as const satisfies Record<string, Draw>;

export type SkinFault = keyof typeof FAULTS;
export const SKIN_FAULTS = Object.keys(FAULTS) as readonly SkinFault[];

/**
 * A copy of a picture, a photograph or a rendered one, whose face has a fault of the skin: what the measures of skin are
 * tried on. Pure: the same picture gives the same.
 * @param landmarks 468 × x, y, z in pixels of the picture
 * @param strength 0 none .. 1 as strong as it gets
 */
export function drawSkinFault(
  image: RgbImage,
  landmarks: Float32Array,
  fault: SkinFault,
  strength: number,
): RgbImage {
  return FAULTS[fault](image, facePlaces(landmarks), strength);
}
