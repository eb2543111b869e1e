import type { Concern } from '../concern.ts';
import { bandPass } from '../find-spots.ts';
import { maskOf, meanAt, meanOf, measureRegions } from './by-region.ts';

const REGIONS = ['forehead', 'nose', 'left-cheek', 'right-cheek', 'chin'] as const;
const FINE_PX = 1.2;
const COARSE_PX = 18;
/** Of the white's luminance: less is the skin's own grain. */
const LEAST = 0.05;
const PER_CENT = 100;

/**
 * Light that the surface throws back: what a place is brighter than its surroundings, in shares of the white of the eye.
 * A dichromatic surface adds it to the skin's own light, whatever the tone (Shafer 1985); shine of the T-zone as the
 * measure of sebum after Matsubara et al. 2012.
 */
export const oiliness: Concern = {
  id: 'oiliness',
  source: 'Shafer 1985, Color Res. Appl. 10; Matsubara et al. 2012, Skin Res. Technol. 18',
  unit: '% of white',
  regions: REGIONS,
  scale: { healthy: 0.7, severe: 3.9 },
  reliability: 0.6,
  measure(surface) {
    const plane = bandPass(surface.whiteRelative, surface.blur, FINE_PX, COARSE_PX);
    for (let i = 0; i < plane.length; i++) plane[i] = Math.max(0, plane[i]! - LEAST);
    const byRegion = measureRegions(surface, REGIONS, (pixels) => PER_CENT * meanAt(plane, pixels));
    return {
      raw: meanOf(byRegion.values()),
      byRegion,
      mask: maskOf(surface, plane, REGIONS, { from: 0, to: 0.3 }),
    };
  },
};
