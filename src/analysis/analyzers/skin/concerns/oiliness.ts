import type { Concern } from '../concern.ts';
import { maskOf, meanAt, meanOf, measureRegions } from './by-region.ts';

const REGIONS = ['forehead', 'nose', 'left-cheek', 'right-cheek', 'chin'] as const;
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
  scale: { healthy: 0.5, severe: 18 },
  reliability: 0.6,
  measure(surface) {
    const { shine } = surface;
    const byRegion = measureRegions(
      { pixels: surface.litPixels },
      REGIONS,
      (all) => PER_CENT * meanAt(shine, all),
    );
    return {
      raw: meanOf(byRegion.values()),
      byRegion,
      mask: maskOf(surface, shine, REGIONS, { from: 0, to: 0.3 }),
    };
  },
};
