import type { Concern } from '../concern.ts';
import { maskOf, meanAt, meanOf, measureRegions } from './by-region.ts';

const REGIONS = ['forehead', 'left-cheek', 'right-cheek', 'nose', 'chin'] as const;
/** Means of excess over an area are small numbers. */
const PER_MILLE = 1000;

/**
 * Small red areas: how much more blood they show than their surroundings, over all skin. After the detection of acne on
 * photographs by red spots in scale space (Lindeberg 1998; Ramli et al. 2012).
 */
export const acne: Concern = {
  id: 'acne',
  source: 'Lindeberg 1998, Int. J. Comput. Vis. 30; Ramli et al. 2012, Skin Res. Technol. 18',
  unit: '‰ ln absorption of blood',
  regions: REGIONS,
  scale: { healthy: 0.5, severe: 26 },
  reliability: 0.7,
  measure(surface) {
    const { red } = surface.spots;
    const byRegion = measureRegions(surface, REGIONS, (pixels) => PER_MILLE * meanAt(red, pixels));
    return {
      raw: meanOf(byRegion.values()),
      byRegion,
      mask: maskOf(surface, red, REGIONS, { from: 0, to: 0.4 }),
    };
  },
};
