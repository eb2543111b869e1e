import type { Concern } from '../concern.ts';
import { maskOf, meanAt, meanOf, measureRegions } from './by-region.ts';

const REGIONS = ['forehead', 'left-cheek', 'right-cheek', 'nose', 'chin'] as const;
/** Means of excess over an area are small numbers. */
const PER_MILLE = 1000;

/**
 * Small areas with more melanin than their surroundings. Spots of pigment by separated melanin (Tsumura et al. 2003) in
 * scale space (Lindeberg 1998). A beard's stubble shows as melanin too.
 */
export const ageSpot: Concern = {
  id: 'age_spot',
  source: 'Tsumura et al. 2003, ACM Trans. Graph. 22; Lindeberg 1998, Int. J. Comput. Vis. 30',
  unit: '‰ ln absorption of melanin',
  regions: REGIONS,
  scale: { healthy: 0.5, severe: 22 },
  reliability: 0.7,
  measure(surface) {
    const { brown } = surface.spots;
    const byRegion = measureRegions(surface, REGIONS, (pixels) => PER_MILLE * meanAt(brown, pixels));
    return {
      raw: meanOf(byRegion.values()),
      byRegion,
      mask: maskOf(surface, brown, REGIONS, { from: 0, to: 0.4 }),
    };
  },
};
