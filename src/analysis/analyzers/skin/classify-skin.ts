import type { SkinLight } from './skin-light.ts';

/** What a pixel of the surface is. */
export const SKIN_STATE = { none: 0, readable: 1, occluded: 2, shaded: 3, clipped: 4 } as const;

/** Linear light from which a channel has run over. Red alone does so early, and leaves light and most colour. */
export const CLIPPED = 0.97;
/** ln of luminance this far under the face's median: a shadow, and no longer skin at all. */
const SHADED = -1.4;
const DARK = -2.2;
/** Off the face's median on either pigment: hair, a frame, make-up. */
const FOREIGN = 1.1;
/** A pixel is what most of its neighbourhood is: noise would tear holes, whose edges look like lines. */
const NEIGHBOUR_PX = 3;
const MAJORITY = 0.5;

export interface SkinLevels {
  readonly luminance: number;
  readonly melanin: number;
  readonly haemoglobin: number;
}

/** One of SKIN_STATE for each pixel; `none` outside of the face. */
export function classifySkin(
  light: SkinLight,
  regionOf: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  levels: SkinLevels,
): Uint8Array {
  const states = new Uint8Array(regionOf.length);
  for (let i = 0; i < states.length; i++) {
    if (regionOf[i] !== 0) states[i] = stateAt(light, i, levels);
  }
  const readable = areaSums(states, width, height, (state) => state === SKIN_STATE.readable);
  const face = areaSums(states, width, height, (state) => state !== SKIN_STATE.none);
  const settled = Uint8Array.from(states);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const state = states[i]!;
      if (state === SKIN_STATE.none || light.isOutside[i] === 1) continue;
      const mostly = boxSum(readable, width, height, x, y) > MAJORITY * boxSum(face, width, height, x, y);
      if (mostly) settled[i] = SKIN_STATE.readable;
      else if (state === SKIN_STATE.readable) settled[i] = SKIN_STATE.occluded;
    }
  }
  return settled;
}

function stateAt(light: SkinLight, i: number, levels: SkinLevels): number {
  if (light.isOutside[i] === 1) return SKIN_STATE.occluded;
  if (light.green[i]! > CLIPPED) return SKIN_STATE.clipped;
  const log = Math.log(light.luminance[i]! / levels.luminance);
  const foreign =
    Math.abs(light.melanin[i]! - levels.melanin) > FOREIGN ||
    Math.abs(light.haemoglobin[i]! - levels.haemoglobin) > FOREIGN;
  if (log < DARK || foreign) return SKIN_STATE.occluded;
  return log < SHADED ? SKIN_STATE.shaded : SKIN_STATE.readable;
}

/** Sums of all pixels above and to the left, with a row and a column of 0 before them. */
function areaSums(
  states: Uint8Array,
  width: number,
  height: number,
  counts: (state: number) => boolean,
): Uint32Array {
  const sums = new Uint32Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      if (counts(states[y * width + x]!)) row++;
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1]! + row;
    }
  }
  return sums;
}

function boxSum(sums: Uint32Array, width: number, height: number, x: number, y: number): number {
  const [left, right] = [Math.max(0, x - NEIGHBOUR_PX), Math.min(width, x + NEIGHBOUR_PX + 1)];
  const [top, bottom] = [Math.max(0, y - NEIGHBOUR_PX), Math.min(height, y + NEIGHBOUR_PX + 1)];
  const at = (column: number, row: number) => sums[row * (width + 1) + column]!;
  return at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top);
}
