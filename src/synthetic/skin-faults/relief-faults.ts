import { SKIN_REGIONS } from '../../vision/skin-regions.ts';
import type { RgbImage } from '../../vision/types.ts';
import { absorbLight, type Pigment } from './apply-light.ts';
import type { FacePlaces } from './face-places.ts';
import { createLayer, type Layer, type Point, stroke } from './layer.ts';

/** Shade takes from all colours alike. */
const SHADE: Pigment = [1, 1, 1];

const CHEEKS = [SKIN_REGIONS['left-cheek'], SKIN_REGIONS['right-cheek']];
const OPEN_SKIN = [SKIN_REGIONS.forehead, ...CHEEKS];
const NOSE = [168, 351, 399, 420, 279, 2, 49, 198, 174, 122];
/** How bright the rim of a furrow is, against its depth. */
const RIM = 0.2;

/** Lines across the forehead, between the brows and beside the eyes. */
export function drawWrinkles(image: RgbImage, { mm, between }: FacePlaces, strength: number): RgbImage {
  const layer = createLayer(image);
  const lines: Point[][] = [];
  for (const share of [0.25, 0.42, 0.6, 0.78]) {
    lines.push(
      FOREHEAD_COLUMNS.map(([top, bottom], i) => between(top, bottom, share, 0, i % 2 === 0 ? 0 : 0.8)),
    );
  }
  for (const side of [-3, 3]) lines.push([between(9, 8, 0.2, side), between(9, 8, 1.1, side)]);
  for (const [corner, away] of EYE_CORNERS) {
    for (const downMm of [-5, 0, 5]) {
      lines.push([between(corner, away, 0.22, 0, downMm * 0.3), between(corner, away, 0.6, 0, downMm)]);
    }
  }
  for (const line of lines) {
    for (const side of [-1.7, 1.7]) {
      stroke(
        layer,
        line.map(({ x, y }) => ({ x: x + 0.3 * side * mm, y: y + side * mm })),
        0.7 * mm,
        -RIM * 0.45 * strength,
      );
    }
  }
  for (const line of lines) stroke(layer, line, 0.5 * mm, 0.45 * strength);
  return absorbLight(image, layer, SHADE);
}

/** Open pores of half a millimetre. */
export function drawPores(image: RgbImage, places: FacePlaces, strength: number): RgbImage {
  return absorbLight(
    image,
    dots(image, places, [...CHEEKS, NOSE], { spacingMm: 2.6, sigmaMm: 0.33, seed: 5 }, 0.4 * strength),
    SHADE,
  );
}

/** White scales of a millimetre. */
export function drawDryness(image: RgbImage, places: FacePlaces, strength: number): RgbImage {
  return absorbLight(
    image,
    dots(image, places, OPEN_SKIN, { spacingMm: 4.2, sigmaMm: 0.5, seed: 13 }, -0.3 * strength),
    SHADE,
  );
}

/** Bumps and pits of a lentil's size. */
export function drawRoughness(image: RgbImage, places: FacePlaces, strength: number): RgbImage {
  const layer = createLayer(image);
  OPEN_SKIN.forEach((outline, index) => {
    places.scatter(outline, 5.5, 17 + index).forEach((place, i) => {
      stroke(layer, [place], 1.4 * places.mm, (i % 2 === 0 ? 0.22 : -0.22) * strength);
    });
  });
  return absorbLight(image, layer, SHADE);
}

/** A bulge under the eye, and the groove below it. */
export function drawEyeBags(image: RgbImage, { mm, between, point }: FacePlaces, strength: number): RgbImage {
  const layer = createLayer(image);
  for (const [upper, lower] of BAG_ROWS) {
    const bulge = upper.map((index, i) => between(index, lower[i]!, 0.45));
    stroke(layer, bulge, 1.6 * mm, -0.12 * strength);
    stroke(layer, lower.map(point), 1.3 * mm, 0.35 * strength);
  }
  return absorbLight(image, layer, SHADE);
}

/** Folds from nose to mouth and from mouth to chin, where cheeks have sunk. */
export function drawSagging(image: RgbImage, { mm, point }: FacePlaces, strength: number): RgbImage {
  const layer = createLayer(image);
  for (const { line, outward } of FOLDS) {
    const points = line.map(point);
    stroke(
      layer,
      points.map(({ x, y }) => ({ x: x + outward * 4 * mm, y: y + mm })),
      2 * mm,
      -0.1 * strength,
    );
    stroke(layer, points, 1.5 * mm, 0.4 * strength);
  }
  return absorbLight(image, layer, SHADE);
}

/** From the hairline to the brows, from the subject's right to left. */
const FOREHEAD_COLUMNS = [
  [67, 69],
  [109, 108],
  [10, 151],
  [338, 337],
  [297, 299],
] as const;
const EYE_CORNERS = [
  [33, 127],
  [263, 356],
] as const;
const BAG_ROWS = [
  [
    [22, 23, 24],
    [231, 230, 229],
  ],
  [
    [252, 253, 254],
    [451, 450, 449],
  ],
] as const;
/** Pixels to the right are outward at the subject's left. */
const FOLDS = [
  { line: [203, 206, 216, 212], outward: -1 },
  { line: [423, 426, 436, 432], outward: 1 },
  { line: [202, 204], outward: -1 },
  { line: [422, 424], outward: 1 },
] as const;

function dots(
  image: RgbImage,
  { mm, scatter }: FacePlaces,
  outlines: readonly (readonly number[])[],
  {
    spacingMm,
    sigmaMm,
    seed,
  }: { readonly spacingMm: number; readonly sigmaMm: number; readonly seed: number },
  amount: number,
): Layer {
  const layer = createLayer(image);
  outlines.forEach((outline, index) => {
    for (const place of scatter(outline, spacingMm, seed + index)) {
      stroke(layer, [place], sigmaMm * mm, amount);
    }
  });
  return layer;
}
