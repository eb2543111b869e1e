import type { Concern } from '../concern.ts';
import { bandPass } from '../find-spots.ts';
import { maskOf, meanOf, measureRegions, quantileAt } from './by-region.ts';

const REGIONS = ['forehead', 'left-cheek', 'right-cheek'] as const;
const FINE_PX = 6;
const COARSE_PX = 22;

/**
 * Mottling: the spread of melanin between a spot's size and a cheek's, between quartiles, so that single spots do not
 * count. Skin whose pigments lie evenly is seen as radiant (Matts et al. 2007). How light a skin is does not enter: that
 * is its tone, or the light.
 */
export const radiance: Concern = {
  id: 'radiance',
  source: 'Matts et al. 2007, J. Am. Acad. Dermatol. 57',
  unit: 'ln absorption of melanin',
  regions: REGIONS,
  scale: { healthy: 0.03, severe: 0.2 },
  reliability: 0.45,
  measure(surface) {
    const plane = bandPass(surface.melanin, surface.blur, FINE_PX, COARSE_PX);
    const byRegion = measureRegions(
      surface,
      REGIONS,
      (pixels) => quantileAt(plane, pixels, 0.75) - quantileAt(plane, pixels, 0.25),
    );
    return {
      raw: meanOf(byRegion.values()),
      byRegion,
      mask: maskOf(surface, plane, REGIONS, { from: 0.03, to: 0.2 }),
    };
  },
};
