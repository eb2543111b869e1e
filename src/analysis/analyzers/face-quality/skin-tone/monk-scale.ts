import { labFromSrgb } from '../../../../vision/colour.ts';
import type { Lab } from '../../../../vision/types.ts';
import { deltaE2000 } from './delta-e-2000.ts';

/** The Monk Skin Tone scale, 1 (lightest) to 10, sRGB. Source: skintone.google, CC BY 4.0. */
export const MONK_HEX = [
  'f6ede4',
  'f3e7db',
  'f7ead0',
  'eadaba',
  'd7bd96',
  'a07e56',
  '825c43',
  '604134',
  '3a312a',
  '292420',
] as const;

export interface MonkTone {
  /** 1 to 10. */
  readonly tone: number;
  /** CIEDE2000 from the colour that was asked for. */
  readonly deltaE: number;
}

const MONK_LAB: readonly Lab[] = MONK_HEX.map((hex) => {
  const value = Number.parseInt(hex, 16);
  return labFromSrgb(value >> 16, (value >> 8) & 255, value & 255);
});

/**
 * All ten tones, the nearest first. By ΔE and not by ITA: the first four tones are all "very light", and the scale is
 * of colours, not of angles.
 */
export function monkTonesByDistance(lab: Lab): readonly MonkTone[] {
  return MONK_LAB.map((monk, i) => ({ tone: i + 1, deltaE: deltaE2000(lab, monk) })).sort(
    (first, second) => first.deltaE - second.deltaE,
  );
}
