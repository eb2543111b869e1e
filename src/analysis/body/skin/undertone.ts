import type { UNDERTONES } from '../../../protocol/body-measurement.ts';
import type { Lab } from '../../../vision/types.ts';

export type Undertone = (typeof UNDERTONES)[number];

/**
 * Between red and yellow skin. Source: Thong, Joniak and Xiang 2023, Beyond Skin Tone (ICCV), who describe skin by L* and
 * hue and part hues at 55°.
 */
const MIDDLE_HUE_DEG = 55;
const MIDDLE_LIGHTNESS = 50;
/** Melanin adds more red than yellow as skin gets dark: the usual hue falls by this for each L*. An estimate of this project. */
const HUE_PER_LIGHTNESS_DEG = 0.2;
const MOST_SHIFT_DEG = 7;
/** Nearer to the usual than this is neither; about what two pictures of one person differ by. An estimate of this project. */
const NEUTRAL_DEG = 5;

/** The hue that skin of this lightness usually has, degrees of a*, b*. */
export function usualHueDeg(lightness: number): number {
  const shift = HUE_PER_LIGHTNESS_DEG * (lightness - MIDDLE_LIGHTNESS);
  return MIDDLE_HUE_DEG + Math.min(MOST_SHIFT_DEG, Math.max(-MOST_SHIFT_DEG, shift));
}

/** Warm: yellower than usual at its lightness; cool: redder. */
export function undertoneOf({ l, a, b }: Lab): Undertone {
  const hueDeg = (Math.atan2(b, a) * 180) / Math.PI;
  const apartDeg = hueDeg - usualHueDeg(l);
  if (Math.abs(apartDeg) <= NEUTRAL_DEG) return 'neutral';
  return apartDeg > 0 ? 'warm' : 'cool';
}
