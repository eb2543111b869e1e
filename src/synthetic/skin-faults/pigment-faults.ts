import { SKIN_REGIONS } from '../../vision/skin-regions.ts';
import type { RgbImage } from '../../vision/types.ts';
import { absorbLight, addLight, type Pigment } from './apply-light.ts';
import type { FacePlaces } from './face-places.ts';
import { createLayer, stroke } from './layer.ts';

/** About that of oxygenated blood and of melanin (∝ wavelength to the power −3.33). */
const BLOOD: Pigment = [0.1, 1, 0.9];
const MELANIN: Pigment = [0.67, 1, 1.7];

const CHEEKS = [SKIN_REGIONS['left-cheek'], SKIN_REGIONS['right-cheek']];
const OPEN_SKIN = [SKIN_REGIONS.forehead, ...CHEEKS];
const NOSE_TIP = 4;

/** Cheeks and nose flush. */
export function drawRedness(
  image: RgbImage,
  { mm, middleOf, point }: FacePlaces,
  strength: number,
): RgbImage {
  const layer = createLayer(image);
  for (const cheek of CHEEKS) stroke(layer, [middleOf(cheek)], 20 * mm, 0.6 * strength);
  stroke(layer, [point(NOSE_TIP)], 12 * mm, 0.6 * strength);
  return absorbLight(image, layer, BLOOD);
}

/** Inflamed spots of 4 to 5 mm. */
export function drawAcne(image: RgbImage, places: FacePlaces, strength: number): RgbImage {
  return absorbLight(image, spots(image, places, { spacingMm: 15, sigmaMm: 2, seed: 3 }, strength), BLOOD);
}

/** Lentigines of 4 to 5 mm. */
export function drawAgeSpots(image: RgbImage, places: FacePlaces, strength: number): RgbImage {
  return absorbLight(
    image,
    spots(image, places, { spacingMm: 15, sigmaMm: 2, seed: 7 }, 0.8 * strength),
    MELANIN,
  );
}

/** Pigment in clouds as wide as a thumb: skin that looks dull. */
export function drawDullness(image: RgbImage, places: FacePlaces, strength: number): RgbImage {
  return absorbLight(
    image,
    spots(image, places, { spacingMm: 24, sigmaMm: 7, seed: 11 }, 0.4 * strength),
    MELANIN,
  );
}

/** Pigment and used blood under the eyes. */
export function drawDarkCircles(image: RgbImage, { mm, between }: FacePlaces, strength: number): RgbImage {
  const layer = createLayer(image);
  for (const [upper, lower] of UNDER_EYE_ROWS) {
    const line = upper.map((index, i) => between(index, lower[i]!, 0.6));
    stroke(layer, line, 4.5 * mm, 0.4 * strength);
  }
  return absorbLight(image, layer, MELANIN);
}

/** Light of the lamp thrown back by forehead, nose and cheeks. */
export function drawShine(image: RgbImage, { mm, middleOf, point }: FacePlaces, strength: number): RgbImage {
  const layer = createLayer(image);
  for (const place of [...CHEEKS.map(middleOf), ...SHINING.map(point)]) {
    stroke(layer, [place], 5.5 * mm, 0.3 * strength);
  }
  return addLight(image, layer);
}

const UNDER_EYE_ROWS = [
  [
    [22, 23, 24],
    [231, 230, 229],
  ],
  [
    [252, 253, 254],
    [451, 450, 449],
  ],
] as const;
const SHINING = [NOSE_TIP, 151, 9];

function spots(
  image: RgbImage,
  { mm, scatter }: FacePlaces,
  {
    spacingMm,
    sigmaMm,
    seed,
  }: { readonly spacingMm: number; readonly sigmaMm: number; readonly seed: number },
  amount: number,
) {
  const layer = createLayer(image);
  OPEN_SKIN.forEach((outline, index) => {
    for (const place of scatter(outline, spacingMm, seed + index)) {
      stroke(layer, [place], sigmaMm * mm, amount);
    }
  });
  return layer;
}
