/** Relative absorption of melanin (∝ wavelength to the power −3.33) and of blood in red, green and blue. */
const MELANIN = [0.67, 1, 1.7] as const;
const BLOOD = [0.1, 1, 0.9] as const;
const [MELANIN_RG, MELANIN_GB] = [MELANIN[1] - MELANIN[0], MELANIN[2] - MELANIN[1]];
const [BLOOD_RG, BLOOD_GB] = [BLOOD[1] - BLOOD[0], BLOOD[2] - BLOOD[1]];
const DETERMINANT = MELANIN_RG * BLOOD_GB - MELANIN_GB * BLOOD_RG;
/** Eight bits tell no colours below this. */
export const LIGHT_FLOOR = 0.00015;

export interface Pigments {
  /** Natural logarithms of the green channel's absorption, up to a constant that the light's colour sets. */
  melanin: number;
  haemoglobin: number;
  /** ln of the green light as if neither pigment were there: shape and light alone. */
  shading: number;
}

/**
 * What darkens a pixel of linear light: fixed axes in log space, free of the light's level (after Tsumura et al.,
 * independent components of skin colour, 1999 and 2003). Writes into `out`, as there are a hundred thousand of them.
 */
export function separatePigments(red: number, green: number, blue: number, out: Pigments): void {
  const lnGreen = Math.log(green + LIGHT_FLOOR);
  const rg = Math.log(red + LIGHT_FLOOR) - lnGreen;
  const gb = lnGreen - Math.log(blue + LIGHT_FLOOR);
  out.melanin = (BLOOD_GB * rg - BLOOD_RG * gb) / DETERMINANT;
  out.haemoglobin = (MELANIN_RG * gb - MELANIN_GB * rg) / DETERMINANT;
  out.shading = lnGreen + out.melanin + out.haemoglobin;
}

/**
 * Blood, from both pigments as separated, along the one direction that shine does not move on skin of this colour: white
 * light that is added makes skin look as if it had less of both. Melanin counts a little against it.
 * @param shineRatio as shineRatioOf gives it
 */
export function bloodWithoutShine(melanin: number, haemoglobin: number, shineRatio: number): number {
  const rg = MELANIN_RG * melanin + BLOOD_RG * haemoglobin;
  const gb = MELANIN_GB * melanin + BLOOD_GB * haemoglobin;
  return (rg - shineRatio * gb) / (BLOOD_RG - shineRatio * BLOOD_GB);
}

/** Blue over red from which skin is too grey to tell white light from its own. */
export const GREY_RATIO = 0.97;

export interface LinearColour {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** How a little white light changes ln red÷green against ln green÷blue, on skin of this linear colour. */
export function shineRatioOf({ red, green, blue }: LinearColour): number {
  const [r, g, b] = [1 / (red + LIGHT_FLOOR), 1 / (green + LIGHT_FLOOR), 1 / (blue + LIGHT_FLOOR)];
  return b - g < LEAST_SLOPE * g ? 1 : Math.min(1.2, Math.max(0.2, (g - r) / (b - g)));
}

/** Grey has no direction. */
const LEAST_SLOPE = 0.01;

/** By how much white light a pixel is off the ray of the skin's own colour (Shafer 1985); below 0 it has more pigment. */
export function addedLightOf(red: number, blue: number, skin: LinearColour): number {
  const ratio = skin.blue / Math.max(LIGHT_FLOOR, skin.red);
  return ratio > GREY_RATIO ? 0 : (blue - ratio * red) / (1 - ratio);
}
