import { LINEAR, srgbFromLinear } from '../../src/vision/colour.ts';
import { isInside, skinPolygon } from '../../src/vision/skin-regions.ts';
import type { RgbImage } from '../../src/vision/types.ts';

export type SkinFault = 'redness' | 'acne' | 'age_spot' | 'dark_circle' | 'radiance' | 'oiliness';

/** Absorption in red, green and blue. */
const BLOOD = [0.1, 1, 0.9];
const MELANIN = [0.67, 1, 1.7];

type Spot = readonly [x: number, y: number, radius: number];

/** A copy of a picture whose face has a fault, strength 0..1: pigment darkens the light there, shine adds to it. */
export function drawSkinFault(
  image: RgbImage,
  landmarks: Float32Array,
  fault: SkinFault,
  strength: number,
): RgbImage {
  const data = Uint8Array.from(image.data);
  const point = (index: number) => [landmarks[index * 3]!, landmarks[index * 3 + 1]!] as const;
  const iod = Math.hypot(point(263)[0] - point(33)[0], point(263)[1] - point(33)[1]) / 1.4;
  const cheeks = (['left-cheek', 'right-cheek'] as const).map((name) => skinPolygon(landmarks, name));
  const spotsOf = (seed: number, radius: number): Spot[] =>
    [...cheeks, skinPolygon(landmarks, 'forehead')].flatMap((outline) =>
      insideOf(outline, seed, radius * iod),
    );
  const middle = (outline: Float32Array): readonly [number, number] => {
    let [x, y] = [0, 0];
    for (let i = 0; i < outline.length; i += 2) {
      x += outline[i]! / (outline.length / 2);
      y += outline[i + 1]! / (outline.length / 2);
    }
    return [x, y];
  };
  const absorb = (spots: readonly Spot[], pigment: readonly number[], amount: number) =>
    paint(
      image,
      data,
      spots,
      (light, channel, weight) => light * Math.exp(-pigment[channel]! * amount * weight),
    );
  switch (fault) {
    case 'redness':
      absorb(
        [...cheeks.map(middle), point(4)].map(([x, y], i) => [x, y, (i < 2 ? 0.4 : 0.2) * iod]),
        BLOOD,
        0.6 * strength,
      );
      break;
    case 'acne':
      absorb(spotsOf(3, 0.035), BLOOD, strength);
      break;
    case 'age_spot':
      absorb(spotsOf(7, 0.035), MELANIN, 0.8 * strength);
      break;
    case 'dark_circle':
      absorb(
        [252, 253, 254, 256, 22, 23, 24, 26].map((index) => [
          point(index)[0],
          point(index)[1] + 0.05 * iod,
          0.1 * iod,
        ]),
        [0.9, 1, 0.95],
        0.4 * strength,
      );
      break;
    case 'radiance':
      absorb(spotsOf(11, 0.11), MELANIN, 0.4 * strength);
      break;
    case 'oiliness':
      paint(
        image,
        data,
        [...cheeks.map(middle), point(4), point(151), point(9)].map(([x, y]) => [x, y, 0.09 * iod]),
        (light, _channel, weight) => light + 0.35 * strength * weight,
      );
  }
  return { ...image, data };
}

/** Places inside an outline, the same for the same seed. */
function insideOf(outline: Float32Array, seed: number, radius: number): Spot[] {
  const spots: Spot[] = [];
  const xs = outline.filter((_, i) => i % 2 === 0);
  const ys = outline.filter((_, i) => i % 2 === 1);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
  for (let i = 1; spots.length < 5 && i < 200; i++) {
    const x = left + width * ((0.754877 * i + 0.13 * seed) % 1);
    const y = top + height * ((0.56984 * i + 0.29 * seed) % 1);
    if (isInside(outline, x, y)) spots.push([x, y, radius]);
  }
  return spots;
}

function paint(
  { width, height }: RgbImage,
  data: Uint8Array,
  spots: readonly Spot[],
  change: (light: number, channel: number, weight: number) => number,
): void {
  const weights = new Float32Array(width * height);
  for (const [cx, cy, radius] of spots) {
    for (let y = Math.max(0, Math.floor(cy - 3 * radius)); y < Math.min(height, cy + 3 * radius); y++) {
      for (let x = Math.max(0, Math.floor(cx - 3 * radius)); x < Math.min(width, cx + 3 * radius); x++) {
        const weight = Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * radius ** 2));
        weights[y * width + x] = Math.max(weights[y * width + x]!, weight);
      }
    }
  }
  weights.forEach((weight, i) => {
    if (weight < 0.01) return;
    for (let channel = 0; channel < 3; channel++) {
      const light = LINEAR[data[i * 3 + channel]!]!;
      data[i * 3 + channel] = Math.round(255 * srgbFromLinear(change(light, channel, weight)));
    }
  });
}
