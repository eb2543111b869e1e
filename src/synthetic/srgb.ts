import type { MonkTone, Srgb } from './face-scene.ts';

/** The Monk Skin Tone scale as published (skintone.google), lightest first. */
const MONK_TONES: readonly Srgb[] = [
  [0xf6, 0xed, 0xe4],
  [0xf3, 0xe7, 0xdb],
  [0xf7, 0xea, 0xd0],
  [0xea, 0xda, 0xba],
  [0xd7, 0xbd, 0x96],
  [0xa0, 0x7e, 0x56],
  [0x82, 0x5c, 0x43],
  [0x60, 0x41, 0x34],
  [0x3a, 0x31, 0x2a],
  [0x29, 0x24, 0x20],
];

export function skinColour(skin: MonkTone | Srgb): Srgb {
  return typeof skin === 'number' ? MONK_TONES[skin - 1]! : skin;
}

/** Linear light of one 8-bit sRGB value, 0..1. */
export function linearFromSrgb(value: number): number {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

export function linearColour(colour: Srgb): [number, number, number] {
  return [linearFromSrgb(colour[0]), linearFromSrgb(colour[1]), linearFromSrgb(colour[2])];
}

/** Rec. 709 luminance of linear light. */
export function luminance(red: number, green: number, blue: number): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Steps of the table: fine enough that the steep start of the curve still meets every 8-bit value. */
export const SRGB_TABLE_STEPS = 8192;

/** 8-bit sRGB for linear light 0..1 in SRGB_TABLE_STEPS steps. */
export function srgbTable(): Uint8Array {
  const table = new Uint8Array(SRGB_TABLE_STEPS + 1);
  for (let step = 0; step <= SRGB_TABLE_STEPS; step++) {
    const linear = step / SRGB_TABLE_STEPS;
    const share = linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055;
    table[step] = Math.round(share * 255);
  }
  return table;
}
