import type { Lab } from '../../../../vision/types.ts';

export const ITA_CATEGORIES = ['very-light', 'light', 'intermediate', 'tan', 'brown', 'dark'] as const;
export type ItaCategory = (typeof ITA_CATEGORIES)[number];

/** Lower ends of the categories, in degrees; what lies below the last one is dark. */
const LOWER_ENDS: readonly (readonly [ItaCategory, number])[] = [
  ['very-light', 55],
  ['light', 41],
  ['intermediate', 28],
  ['tan', 10],
  ['brown', -30],
];

/** Skin without any yellow (b* ≤ 0) is light of another colour: the angle ends at ±90° there instead of turning over. */
const LEAST_YELLOW = 1e-6;

/** Individual typology angle, degrees, −90 to 90: the higher the lighter. Source: Chardon et al. 1991. */
export function individualTypologyAngle({ l, b }: Lab): number {
  return (Math.atan((l - 50) / Math.max(b, LEAST_YELLOW)) * 180) / Math.PI;
}

/** Very light > 55°, light > 41°, intermediate > 28°, tan > 10°, brown > −30°, dark. Source: Del Bino and Bernerd 2013. */
export function itaCategory(itaDeg: number): ItaCategory {
  return LOWER_ENDS.find(([, lowerEndDeg]) => itaDeg > lowerEndDeg)?.[0] ?? 'dark';
}
